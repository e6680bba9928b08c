import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const START = ['--import', './bench/source-hook.ts', 'test/support/loaded-packages.ts'];

/** Each some megabytes, or tenths of a second. */
const RARE = [
  '@nestjs/swagger',
  '@aws-sdk/client-service-quotas',
  'ajv',
  'ioredis',
  'pino-roll',
  'date-fns',
  // What comes with the index of class-validator and of Nest's Express, and nobody uses.
  'libphonenumber-js',
  'multer',
];

describe('a start', () => {
  let loaded: string[];

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, START);
    loaded = stdout.split('\n');
  });

  it('loads none of the packages that only some gateways need', () => {
    expect(loaded).toContain('@nestjs/core');
    expect(loaded.filter((name) => RARE.includes(name))).toEqual([]);
  });

  it("does without Node's own fetch", () => {
    expect(loaded).toContain('NativeModule http');
    expect(loaded.filter((name) => name.includes('deps/undici'))).toEqual([]);
  });
});
