import { availableParallelism } from 'node:os';

const FOLDERS = '{src,emulator,test}';

const shared = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // One file instead of 226.
    '^rxjs$': '<rootDir>/node_modules/rxjs/dist/bundles/rxjs.umd.js',
    // The same classes for specs that import the client and for test/support/gateway.ts, which requires it.
    '^openai$': '<rootDir>/node_modules/openai/index.js',
    '^openai/(.+?)(\\.js)?$': '<rootDir>/node_modules/openai/$1.js',
  },
  modulePathIgnorePatterns: ['<rootDir>/bundle/'],
  testEnvironment: '<rootDir>/test/harness/plain-context.mjs',
};

/** Projects whose files share a context and the loaded modules of the gateway, one set for each worker. */
const sharing = {
  runtime: '<rootDir>/test/harness/shared-modules.mjs',
  testEnvironment: '<rootDir>/test/harness/shared-context.mjs',
};

const NEST_FIRST = '<rootDir>/test/harness/nest-first.mjs';
const NEST_LOGGER = '<rootDir>/test/harness/nest-logger.mjs';

/** Projects that start the gateway: Nest is ESM, and @nestjs/throttler is CommonJS and requires Nest while Nest is still linking. */
const withNest = { ...shared, setupFiles: [NEST_FIRST] };

export default {
  projects: [
    {
      ...shared,
      ...sharing,
      setupFiles: [NEST_LOGGER],
      displayName: 'unit',
      testMatch: [`<rootDir>/${FOLDERS}/**/*.spec.ts`],
    },
    {
      ...withNest,
      ...sharing,
      setupFiles: [NEST_FIRST, NEST_LOGGER],
      displayName: 'application',
      testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
    },
    { ...withNest, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow-spec.ts'] },
    { ...withNest, displayName: 'clients', testMatch: ['<rootDir>/test/clients/*.client-spec.ts'] },
    { ...withNest, displayName: 'deploy', testMatch: ['<rootDir>/test/deploy/*.deploy-spec.ts'] },
  ],
  testSequencer: '<rootDir>/test/harness/longest-first.mjs',
  // Several files share a core: a test may take four times as long as alone.
  testTimeout: 40_000,
  // Specs wait as often as they compute: two workers for each core keep the cores busy.
  maxWorkers: Math.min(2 * availableParallelism(), 8),
  // The contexts of earlier files stay in the heap of a worker, and collections grow with them.
  workerIdleMemoryLimit: '800MB',
};
