import PlainContextEnvironment from './plain-context.mjs';

/** The context of each project in this worker. */
const contexts = new Map();

/** Descriptions of the symbols under which Jest keeps the tests of a file and its options. */
const JEST_STATE = new Set([
  'JEST_STATE_SYMBOL',
  'EVENT_HANDLERS',
  'TEST_TIMEOUT_SYMBOL',
  'RETRY_TIMES',
  'RETRY_TIMES_SETTER',
  'RETRY_IMMEDIATELY',
  'LOG_ERRORS_BEFORE_RETRY',
  'WAIT_BEFORE_RETRY',
]);
const MATCHERS = Symbol.for('$$jest-matchers-object');

/**
 * Jest's environment with one context for all files of a project that a worker runs, so that the modules of the gateway
 * load once for each worker (shared-modules.mjs). After each file it restores what the file can have changed: globals,
 * `process.env`, timers and matchers. A file with this line in its first comment gets a separate context:
 * `@jest-environment ./test/harness/plain-context.mjs`.
 */
export default class SharedContextEnvironment extends PlainContextEnvironment {
  constructor(config, context) {
    const { globalConfig, projectConfig } = config;
    const kept = contexts.get(projectConfig.id);
    if (kept !== undefined) return kept;
    super(config, context);
    // In watch mode a source file can change between two runs. Coverage belongs to one file.
    if (globalConfig.watch || globalConfig.watchAll || globalConfig.collectCoverage) return;
    contexts.set(projectConfig.id, this);
    const { process } = this.global;
    this.isShared = true;
    this.original = {
      globals: Object.entries(Object.getOwnPropertyDescriptors(this.global)).filter(
        // Jest sets the console of each file.
        ([name, { configurable }]) => configurable && name !== 'console',
      ),
      env: process.env,
      variables: { ...process.env },
      exit: Reflect.get(process, 'exit'),
    };
  }

  async teardown() {
    if (!this.isShared) return super.teardown();
    this.fakeTimersModern.dispose();
    this.restoreGlobals();
    this.restoreProcess();
    this.forgetTests();
  }

  restoreGlobals() {
    for (const [name, descriptor] of this.original.globals) {
      const current = Object.getOwnPropertyDescriptor(this.global, name);
      if (current === undefined || !isSame(name, current, descriptor))
        Object.defineProperty(this.global, name, descriptor);
    }
  }

  restoreProcess() {
    const { process } = this.global;
    const { env, variables, exit } = this.original;
    for (const name of Object.keys(env)) if (!Object.hasOwn(variables, name)) delete env[name];
    process.env = Object.assign(env, variables);
    // Jest wraps this function for each file.
    process.exit = exit;
  }

  forgetTests() {
    for (const symbol of Object.getOwnPropertySymbols(this.global)) {
      if (JEST_STATE.has(symbol.description)) delete this.global[symbol];
    }
    const expectState = this.global[MATCHERS];
    // A file that failed during its setup has no matchers.
    if (expectState === undefined) return;
    expectState.customEqualityTesters.length = 0;
    // The next file defines Jest's own matchers again.
    for (const name of Object.keys(expectState.matchers)) delete expectState.matchers[name];
  }
}

function isSame(name, current, original) {
  if (current.get !== undefined || original.get === undefined) {
    return current.get === original.get && current.value === original.value;
  }
  // Jest defines most globals of Node as getters, which the first access replaces by the value.
  return current.value === globalThis[name];
}
