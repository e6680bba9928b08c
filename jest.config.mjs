export default {
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/emulator/**/*.spec.ts',
    '<rootDir>/test/**/*.spec.ts',
    '<rootDir>/test/**/*.e2e-spec.ts',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Nest is ESM, @nestjs/throttler is CommonJS and requires Nest while Nest is still linking.
  setupFiles: ['<rootDir>/test/support/jest.preload.mjs'],
  testTimeout: 20_000,
};
