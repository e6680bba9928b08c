import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const START = ['--import', './bench/source-hook.ts', 'test/support/loaded-packages.ts'];

describe('a start', () => {
  it('loads none of the packages that only some gateways need, each some megabytes and tenths of a second', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, START);
    const loaded = stdout.split('\n');
    expect(loaded).toContain('@nestjs/core');
    expect(loaded.filter((name) => /swagger|client-service-quotas/.test(name))).toEqual([]);
  });
});
