import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const START = ['--import', './bench/source-hook.ts', 'test/support/loaded-packages.ts'];

/** Packages that each need some megabytes, or tenths of a second. */
const RARE = [
  '@nestjs/swagger',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-service-quotas',
  'hyparquet',
  'hyparquet-writer',
  'ajv',
  'ioredis',
  'pino-roll',
  'date-fns',
  // Of databases and tokens.
  'kysely',
  'pg',
  'jose',
  'NativeModule sqlite',
  // Modules that the indexes of class-validator and of Nest's Express load and that the gateway does not use.
  'libphonenumber-js',
  'multer',
];

describe('the start of the gateway', () => {
  let loaded: string[];

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, START);
    loaded = stdout.split('\n');
  });

  it('loads none of the packages that only some gateways need', () => {
    expect(loaded).toContain('@nestjs/core');
    expect(loaded.filter((name) => RARE.includes(name))).toEqual([]);
  });

  it('loads no code of databases, teams, tokens and the admin API beyond its entry points', () => {
    const RARE_CODE =
      /^src\/(api\/admin|cli|database\/(backup|migrations|opening|postgres|sqlite)|governance\/(apply|audit|files))\/|\/(administration\.service|governance-snapshot|replica|jwt-verifier|admin\.guard|admin\.server)\.ts$/;
    expect(loaded).toContain('src/governance/api-key.service.ts');
    expect(loaded.filter((name) => RARE_CODE.test(name))).toEqual([]);
  });

  it("does not load Node's own fetch", () => {
    expect(loaded).toContain('NativeModule http');
    expect(loaded.filter((name) => name.includes('deps/undici'))).toEqual([]);
  });
});
