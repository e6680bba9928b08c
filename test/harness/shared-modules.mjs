import { createRequire } from 'node:module';

const { default: Runtime } = createRequire(import.meta.url)('jest-runtime');

/** The runtime of each project in this worker. */
const runtimes = new Map();

/**
 * Jest's module loader, kept for all files that share a context (shared-context.mjs). Packages and the modules of
 * `src/` and `emulator/` stay loaded; specs and the modules of other folders are loaded anew for each file. Without
 * this class each file of `application` loads 1,900 modules, which costs more CPU time than most files need for their tests.
 */
export default class SharedModulesRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    const kept = environment.isShared ? runtimes.get(config.id) : undefined;
    if (kept !== undefined) {
      kept.startFile(...rest);
      return kept;
    }
    super(config, environment, ...rest);
    this.isShared = environment.isShared;
    if (this.isShared) runtimes.set(config.id, this);
  }

  startFile(_resolver, _transformer, _cacheFS, _coverageOptions, testPath) {
    for (const part of [this.esmLoader, this.executor]) part.testPath = testPath;
    this._testPath = testPath;
    this.testState.state = 'loading';
  }

  teardown() {
    if (!this.isShared) {
      super.teardown();
      return;
    }
    this.restoreAllMocks();
    this.registries.exitIsolated();
    forgetUnshared(this.registries.esModuleRegistry);
    forgetUnshared(this.registries.moduleRegistry);
    this.registries.internalModuleRegistry.clear();
    this.registries.mockRegistry.clear();
    this.registries.moduleMockRegistry.clear();
    this.mockState.clear();
    this.testMainModule.reset();
    this.jestGlobals.clearJestObjectCache();
    this.jestGlobals.cachedEnvGlobals = undefined;
    this.jestGlobals.fakeTimersImpl = this._environment.fakeTimersModern;
    this.loggedReferenceErrors.clear();
    this.fileCache.clear();
    this.transformCache.clear();
  }
}

const ROOT = new URL('../../', import.meta.url).pathname;

/** Removes the modules of the file from a registry whose keys are paths, URLs and names of Node's modules. */
function forgetUnshared(registry) {
  for (const [key, module] of registry) {
    const failed = module instanceof Promise || ('status' in module && module.status !== 'evaluated');
    if (failed || !isShared(key.replace(/^file:\/\//, ''))) registry.delete(key);
  }
}

function isShared(key) {
  if (key.startsWith('@jest/globals')) return false;
  if (!key.startsWith('/') || key.includes('/node_modules/')) return true;
  return /^(src|emulator)\//.test(key.slice(ROOT.length)) && !key.includes('.spec.');
}
