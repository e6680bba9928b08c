import { createHash } from 'node:crypto';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkConfig, compareConfigs } from '../../src/cli/check-config.ts';
import type { ApiKeyTable } from '../../src/config/keys/api-key-table.ts';
import { readKeysFile } from '../../src/config/keys-file/with-file-keys.ts';
import { EntryReader } from '../../src/config/keys-file/entry-reader.ts';
import { ApiKeyConfig } from '../../src/config/keys/api-key-config.ts';
import { ConfigError } from '../../src/config/settings/config-error.ts';
import { ModelCatalog } from '../../src/models/catalog/model-catalog.ts';
import { build, hashOfA, hashOfB, problemsOf } from './build.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-keys-'));
  path = join(folder, 'keys.jsonl');
});
afterAll(() => rmSync(folder, { recursive: true }));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const hashOf = (text: string): string => `sha256:${digestOf(text).toString('hex')}`;
const lineOf = (name: string, more: object = {}): string => JSON.stringify({ name, hash: hashOf(name), ...more });

async function read(content: string | Buffer): Promise<ApiKeyTable> {
  writeFileSync(path, content);
  return readKeysFile(path);
}

/** Returns path → message of all problems. */
async function problemsIn(content: string | Buffer): Promise<Record<string, string>> {
  return read(content).then(
    () => ({}),
    (error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      return Object.fromEntries(error.problems.map(({ path: at, message }) => [at, message]));
    },
  );
}

describe('a file of API keys', () => {
  it('has one key in each line, with all fields of auth.keys', async () => {
    const settings = { expires: '2999-01-31', models: ['nova-*'], requestsPerMinute: 5, maxInFlight: 2, metrics: true };
    const table = await read(`\uFEFF${lineOf('a')}\r\n\n  \n${lineOf('b', { ...settings, traceContent: null })}`);
    expect(table.size).toBe(2);
    const [a, b] = ['a', 'b'].map((name) => table.findByDigest(digestOf(name))!);
    expect([table.nameOf(a!), table.settingsOf(a!), table.lineOf(a!)]).toEqual(['a', {}, 1]);
    expect([table.nameOf(b!), table.settingsOf(b!), table.lineOf(b!)]).toEqual(['b', settings, 4]);
    expect(table.idOf(b!)).toBe(digestOf('b').toString('hex', 0, 6));
    expect(table.findById(table.idOf(b!))).toBe(b);
    expect(table.findByName('b')).toBe(b);
    expect([
      table.findByDigest(digestOf('c')),
      table.findByName('c'),
      table.findById('00'),
      table.findById('x'),
    ]).toEqual(Array(4).fill(undefined));
  });

  it('may be empty', async () => {
    expect((await read('')).size).toBe(0);
    expect((await read('\n\n')).findByName('a')).toBeUndefined();
  });

  it('finds each of many keys, across the reads of the file', async () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `key-${at}`);
    const table = await read(names.map((name) => lineOf(name, { models: ['nova-pro'] })).join('\n'));
    for (const name of names) {
      const key = table.findByDigest(digestOf(name))!;
      expect(table.nameOf(key)).toBe(name);
      expect([table.findByName(name), table.findById(table.idOf(key))]).toEqual([key, key]);
    }
    expect(table.distinctSettings).toHaveLength(1);
  });

  it.each([
    ['text without JSON', 'oc-secret', { 'auth.keysFile line 2': 'must be an object in JSON, in one line' }],
    [
      'a list',
      '[]',
      { 'auth.keysFile line 2': expect.stringMatching(/^must be an object with name, .*; found a list$/) },
    ],
    ['null', 'null', { 'auth.keysFile line 2': expect.stringMatching(/; found nothing$/) }],
    ['nothing', '{}', { name: expect.stringMatching(/^is missing/), hash: expect.stringMatching(/^is missing/) }],
    ['a name with a space', lineOf('a b'), { name: expect.stringMatching(/found "a b"$/) }],
    ['a number as name', JSON.stringify({ name: 5, hash: hashOfA }), { name: expect.stringMatching(/in quotes$/) }],
    ['an unknown setting', lineOf('a', { model: [] }), { model: expect.stringMatching(/did you mean models\?/) }],
    ['__proto__', `{"__proto__":{},${lineOf('a').slice(1)}`, { __proto__: expect.anything() as unknown }],
    ['an empty model', lineOf('a', { models: [''] }), { models: expect.stringMatching(/an entry that is empty/) }],
    ['a single model', lineOf('a', { models: 'nova-*' }), { models: expect.stringMatching(/must be a list/) }],
    ['an impossible day', lineOf('a', { expires: '2027-02-30' }), { expires: expect.stringMatching(/must be a day/) }],
    ['a limit as text', lineOf('a', { maxInFlight: '5' }), { maxInFlight: expect.stringMatching(/a whole number/) }],
  ])('with %s is rejected, and the line is named', async (_, line, expected) => {
    const problems = await problemsIn(`${lineOf('first')}\n${line}\n`);
    const places = Object.keys(expected);
    const isWhole = places[0]?.startsWith('auth.') ?? false;
    const prefixed = isWhole
      ? expected
      : Object.fromEntries(
          Object.entries(expected as object).map(([at, it]) => [`auth.keysFile line 2, ${at}`, it as unknown]),
        );
    if (line.includes('__proto__')) expect(Object.keys(problems)).toEqual(['auth.keysFile line 2, __proto__']);
    else expect(problems).toEqual(prefixed);
  });

  it.each([
    ['name', JSON.stringify({ name: 'a', hash: hashOfB })],
    ['hash', JSON.stringify({ name: 'b', hash: hashOf('a') })],
  ])('with a repeated %s is rejected', async (property, line) => {
    expect(await problemsIn(`${lineOf('a')}\n${lineOf('x')}\n${line}`)).toEqual({
      [`auth.keysFile line 3, ${property}`]: 'must be unique; line 1 has the same value',
    });
  });

  it('with keys of auth.keys is rejected', async () => {
    writeFileSync(path, `${lineOf('x')}\n${lineOf('a')}\n`);
    const file = join(folder, 'gateway.yaml');
    const check = async (entry: string) => {
      writeFileSync(file, `auth: {keysFile: ${path}, keys: [${entry}]}`);
      return (await checkConfig(file, {}, 0)).lines.slice(1);
    };
    const message = (property: string) =>
      `  auth.keysFile line 2, ${property}: must be unique; auth.keys[0].${property} has the same value`;
    expect(await check(`{name: a, hash: "${hashOfB}"}`)).toEqual([message('name')]);
    expect(await check(`{name: b, hash: "${hashOf('a')}"}`)).toEqual([message('hash')]);
  });

  it('never shows a key that stands in the place of its hash or its name', async () => {
    const key = 'oc-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn';
    for (const entry of [{ name: 'a', hash: key }, { name: key, hash: key }, { [key]: 1 }, key, [key]]) {
      expect(JSON.stringify(await problemsIn(JSON.stringify(entry)))).not.toContain('ABCDEFGHIJ');
    }
  });

  it('is rejected with at most 20 problems', async () => {
    expect(Object.keys(await problemsIn('{}\n'.repeat(1_000)))).toHaveLength(20);
    expect(Object.keys(await problemsIn(`${lineOf('a')}\n`.repeat(1_000)))).toHaveLength(20);
  });

  it('with a line above 64 KiB is rejected', async () => {
    const long = lineOf('a', { models: ['x'.repeat(70_000)] });
    const expected = { 'auth.keysFile line 2': expect.stringMatching(/^must not be longer than 65536 bytes/) };
    expect(await problemsIn(`${lineOf('b')}\n${long}\n${lineOf('c')}`)).toEqual(expected);
    expect(await problemsIn(`${lineOf('b')}\n${' '.repeat(300_000)}`)).toEqual(expected);
  });

  it('that cannot be read is rejected', async () => {
    const directory = join(folder, 'directory');
    mkdirSync(directory);
    for (const [file, reason] of [
      [join(folder, 'absent'), 'the file does not exist'],
      [directory, 'it is a directory'],
      ['/dev/zero', 'it is not a regular file'],
    ] as const) {
      await expect(readKeysFile(file)).rejects.toThrow(`auth.keysFile: the file cannot be read: ${reason}`);
    }
  });
});

describe('the check of a line', () => {
  const reader = new EntryReader(ApiKeyConfig);
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('', 'a', 'team-a', '2027-01-31', '2027-02-30', 'nova-*', 'true', '5'),
  );
  const anything = fc.oneof(
    text,
    fc.integer(),
    fc.constantFrom(0, -1, 1_000_000_001, 1_000_000, 1.5, NaN, Infinity, true, false, null, undefined),
    fc.array(fc.oneof(text, fc.integer(), fc.constant(null))),
    fc.constantFrom<unknown>({}, { a: 'b' }, [], ['a']),
  );
  const mostly = (valid: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 25, arbitrary: valid }, { weight: 1, arbitrary: anything });
  const entries = fc.record(
    {
      name: mostly(fc.constantFrom('a', 'team-a', 'x@y.z')),
      hash: mostly(fc.constantFrom(hashOfA, hashOfB)),
      expires: mostly(fc.constantFrom('2999-01-31', '2027-01-31T18:00:00Z')),
      models: mostly(fc.constantFrom([], ['nova-*'], ['a', 'b'])),
      requestsPerMinute: mostly(fc.nat()),
      maxInFlight: mostly(fc.nat({ max: 1_000_001 })),
      traceContent: mostly(fc.boolean()),
      metrics: mostly(fc.boolean()),
      nmae: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('x') }),
    },
    { requiredKeys: ['name', 'hash', 'nmae'] },
  );

  /** Returns the value as it stands in JSON. Without `$`, because only the configuration substitutes variables. */
  function asJson(entry: object): Record<string, unknown> | undefined {
    const json = JSON.stringify(entry);
    return json.includes('$') ? undefined : (JSON.parse(json) as Record<string, unknown>);
  }

  it('accepts and rejects the same entries as auth.keys, at the same settings', () => {
    let accepted = 0;
    let rejected = 0;
    fc.assert(
      fc.property(entries, (entry) => {
        const json = asJson(entry);
        if (json === undefined) return;
        const fromFile = reader.read(json);
        const yaml = JSON.stringify({ auth: { keys: [json] } });
        if (fromFile.problems === undefined) {
          accepted += 1;
          expect(build(yaml).auth.keys[0]).toEqual(Object.assign(new ApiKeyConfig(), fromFile.entry));
        } else {
          rejected += 1;
          const found = problemsOf(yaml);
          expect(fromFile.problems.map(({ path: at }) => `auth.keys[0].${at}`).sort()).toEqual(
            Object.keys(found).sort(),
          );
        }
      }),
      { numRuns: 400 },
    );
    expect(Math.min(accepted, rejected)).toBeGreaterThan(40);
  });
});

describe('npm run config:check with a file of keys', () => {
  it('shows the number of keys', async () => {
    writeFileSync(path, [lineOf('a'), lineOf('b', { expires: '2020-01-01' })].join('\n'));
    const file = join(folder, 'gateway.yaml');
    const until = new Date(Date.now() + 1_000_000).toISOString();
    writeFileSync(file, `auth: {keysFile: ${path}}\ndebug: {content: {keys: [a, z], until: ${until}}}`);
    const { exitCode, lines } = await checkConfig(file, {}, Date.now());
    expect(lines).toContain(`  ${path}: 2 keys, 1 EXPIRED`);
    expect([exitCode, lines.filter((line) => line.includes('debug.content.keys contains'))]).toEqual([
      0,
      ['  debug.content.keys contains names of no key: z'],
    ]);
  });

  it('names the line of a list with a model that no request can use', async () => {
    writeFileSync(path, `${lineOf('a')}\n${lineOf('b', { models: ['us.anthropic.claude-opus-4-6-v1'] })}`);
    const file = join(folder, 'gateway.yaml');
    writeFileSync(file, `bedrock: {region: eu-central-1}\nauth: {keysFile: ${path}}`);
    const prove = (config: ConstructorParameters<typeof ModelCatalog>[0]['config']) =>
      void new ModelCatalog({ config }, () => new Date());
    const { exitCode, lines } = await checkConfig(file, {}, Date.now(), prove);
    expect([exitCode, lines[1]]).toEqual([
      1,
      expect.stringMatching(/^ {2}auth\.keysFile line 2, models: "us\.anthropic/),
    ]);
  });

  it('lists the differences between two files', async () => {
    const configs = ['old', 'new'].map((version) => {
      const keys = join(folder, `${version}.jsonl`);
      const config = join(folder, `${version}.yaml`);
      writeFileSync(config, `auth: {keysFile: ${keys}}`);
      return { keys, config };
    });
    const [before, after] = configs as [(typeof configs)[0], (typeof configs)[0]];
    writeFileSync(before.keys, ['gone', 'stays', 'limited', 'rotated'].map((name) => lineOf(name)).join('\n'));
    const rotated = JSON.stringify({ name: 'rotated', hash: hashOfB });
    const limited = lineOf('limited', { maxInFlight: 2, models: ['nova-*'] });
    writeFileSync(after.keys, [lineOf('new'), rotated, limited, lineOf('stays')].join('\n'));
    const { lines } = await compareConfigs(before.config, after.config, {});
    expect(lines).toEqual([
      // The random name of the folder may look like a secret.
      expect.stringMatching(/^auth\.keysFile: /),
      'auth.keysFile[gone]: removed',
      'auth.keysFile[new]: added',
      'auth.keysFile[rotated].hash: changed (not shown)',
      'auth.keysFile[limited].models: added "nova-*"',
      'auth.keysFile[limited].maxInFlight: not set → 2',
    ]);
  });
});
