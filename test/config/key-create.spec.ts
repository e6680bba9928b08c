import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { hashApiKey, inspectApiKey } from '../../src/config/settings/api-key.ts';
import { readKeysFile } from '../../src/config/keys-file/with-file-keys.ts';
import { build } from './build.ts';

const script = fileURLToPath(new URL('../../src/cli/create-key.ts', import.meta.url));

function createKey(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const key = /^ {2}(oc-\w+)$/m.exec(stderr)?.[1] ?? '';
  return { status, stdout, stderr, key, entry: stdout };
}

describe('npm run key:create', () => {
  it('prints a key once, and an entry that the configuration accepts unchanged', () => {
    const cliArguments = ['--name', 'team-a', '--expires', '2999-01-31', '--models', 'claude-*, nova-pro'];
    const { status, stdout, stderr, key, entry } = createKey(...cliArguments);
    expect(status).toBe(0);
    expect(inspectApiKey(key)).toBe('sound');
    expect(stderr.split(key)).toHaveLength(2);
    expect(stdout).not.toContain(key);
    expect(build(entry).auth.keys).toEqual([
      { name: 'team-a', hash: hashApiKey(key), expires: '2999-01-31', models: ['claude-*', 'nova-pro'] },
    ]);
  });

  it('grants a key access to the metrics', () => {
    const { entry } = createKey('--name', 'prometheus', '--metrics');
    expect(build(entry).auth.keys).toMatchObject([{ name: 'prometheus', metrics: true }]);
  });

  it('omits fields that were not requested, and quotes names as text', () => {
    const { key, entry } = createKey('--name', '2027');
    expect(parse(entry)).toEqual({ auth: { keys: [{ name: '2027', hash: hashApiKey(key) }] } });
  });

  it('prints a line for the file of auth.keysFile', async () => {
    const { stdout, stderr, key } = createKey('--name', 'team-a', '--models', 'nova-*', '--metrics', '--json');
    expect(stderr).toContain(key);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-key-create-'));
    const path = join(folder, 'keys.jsonl');
    writeFileSync(path, stdout + createKey('--name', '2027', '--json').stdout);
    const table = await readKeysFile(path);
    rmSync(folder, { recursive: true });
    const created = table.findByName('team-a')!;
    expect(`sha256:${table.digestOf(created).toString('hex')}`).toBe(hashApiKey(key));
    expect(table.settingsOf(created)).toEqual({ models: ['nova-*'], metrics: true });
    expect(table.settingsOf(table.findByName('2027')!)).toEqual({});
  });

  it.each([
    [[], '--name is missing'],
    [['--name', 'team a'], '--name must be a name of up to 64 letters'],
    [['--name', "a'b"], '--name must be a name of up to 64 letters'],
    [['--name', 'a', '--expires', 'soon'], '--expires must be a day'],
    [['--name', 'a', '--expires', '2027-02-30'], '--expires must be a day'],
    [['--name', 'a', '--expires', '2020-01-01'], '--expires must lie in the future'],
    [['--name', 'a', '--models', ''], '--models must be names or patterns'],
    [['--name', 'a', '--models', "x,'y"], '--models must be names or patterns'],
    [['--nmae', 'a'], "Unknown option '--nmae'"],
    [['team-a'], "Unexpected argument 'team-a'"],
  ])('%j is rejected with the usage text and without a key', (args, message) => {
    const { status, stdout, stderr } = createKey(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain('usage: npm run key:create');
  });
});
