import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BoundedLabel } from '../metrics/bounded-label.ts';
import { openLogFile } from './log-file.ts';
import { describeError } from '../../errors/described-error.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the log file', () => {
  it('is rotated when it is full, and old files are removed', async () => {
    const path = join(folder, 'deep', 'gateway.log');
    const file = await openLogFile({ path, maxSizeMb: 1, maxFiles: 2 });
    const line = `${'x'.repeat(1023)}\n`;
    for (let written = 0; written < 5; written += 1) {
      for (let index = 0; index < 1100; index += 1) file.write(line);
      await new Promise((resolve) => file.flush(resolve));
      // The file is replaced, and old ones are removed, after the write.
      await sleep(50);
    }
    const rotated = () => readdir(join(folder, 'deep'));
    for (const end = Date.now() + 20_000; (await rotated()).length !== 2 && Date.now() < end;) await sleep(20);
    // A file that ends while it is replaced has no successor.
    file.end();
    const files = await rotated();
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(files.length).toBeLessThanOrEqual(3);
    for (const name of files) expect((await stat(join(folder, 'deep', name))).size).toBeLessThan(3 * 1024 * 1024);
  });

  it('may be on a full disk: the process continues and reports it', async () => {
    const script = `
      import { openLogFile } from ${JSON.stringify(join(import.meta.dirname, 'log-file.ts'))};
      import { symlinkSync } from 'node:fs';
      symlinkSync('/dev/full', ${JSON.stringify(join(folder, 'full.1.log'))});
      const file = await openLogFile({ path: ${JSON.stringify(join(folder, 'full.log'))}, maxSizeMb: 1, maxFiles: 2 });
      for (let index = 0; index < 20; index += 1) {
        file.write('line\\n');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      process.stdout.write('alive');
      process.exit(0);
    `;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('alive');
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
  });
});

describe('standard output', () => {
  it('contains every line when the process ends, however it ends', async () => {
    const script = `
      import { createLoggers } from ${JSON.stringify(join(import.meta.dirname, 'logging.ts'))};
      const { access } = await createLoggers({ level: 'info' });
      for (let index = 0; index < 100; index += 1) access.info({ index }, 'request');
      if (process.argv[1] === 'throw') throw new Error('end');
      process.exit(0);
    `;
    for (const way of ['exit', 'throw']) {
      const path = join(folder, `${way}.out`);
      await run('sh', [
        '-c',
        `"$0" --input-type=module -e "$1" ${way} > "$2" 2>/dev/null || true`,
        process.execPath,
        script,
        path,
      ]);
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      expect(lines).toHaveLength(100);
      expect(JSON.parse(lines[99] ?? '')).toMatchObject({ level: 'info', index: 99, msg: 'request' });
    }
  });
});

describe('limited values', () => {
  it('describe errors without their other properties', () => {
    const error = Object.assign(new RangeError('far'), { code: 'E_FAR', request: { headers: {} } });
    expect(Object.keys(describeError(error) as object).sort()).toEqual(['code', 'message', 'name', 'stack']);
    expect(describeError('text')).toBe('(4 characters, not logged)');
  });

  it('limit the values of a label', () => {
    const label = new BoundedLabel(2);
    expect(['a', 'b', 'c', 'a', 'x'.repeat(500)].map((value) => label.of(value))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
    ]);
    expect([label.known('a'), label.known('d')]).toEqual(['a', 'other']);
  });
});
