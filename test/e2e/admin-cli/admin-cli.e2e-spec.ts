import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { freePort } from '../../support/free-port.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { type CommandResult, runCommand, type TestTerminal } from './admin-terminal.ts';

const ADMIN_SECRET = 'admin-secret-of-the-commands';
const MODEL = 'claude-haiku-4-5';
const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };

const folder = mkdtempSync(join(tmpdir(), 'outcrop-admin-'));
let gateway: TestGateway;

const admin = (line: string | readonly string[], terminal: Partial<TestTerminal> = {}): Promise<CommandResult> =>
  runCommand(line, { url: gateway.url, key: ADMIN_SECRET, ...terminal });

/** Runs a command that must succeed. */
async function succeed(line: string | readonly string[], terminal?: Partial<TestTerminal>): Promise<CommandResult> {
  const result = await admin(line, terminal);
  expect([result.code, result.errors]).toEqual([0, expect.not.stringMatching(/\w+_\w+\)/)]);
  return result;
}

/** Creates a key, and returns its secret from a private file. */
async function secretOf(line: string): Promise<string> {
  const file = join(folder, `secret-${Math.random()}`);
  await succeed(`${line} --secret-file ${file}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, 'utf8').trim();
}

const chat = (secret: string, more: object = {}): Promise<Response> =>
  gateway.send('/v1/chat/completions', { body: { ...CHAT, ...more }, headers: { authorization: `Bearer ${secret}` } });

beforeAll(async () => {
  const keys = JSON.stringify([{ name: 'root', hash: hashApiKey(ADMIN_SECRET) }]);
  const url = `sqlite:${join(folder, 'gateway.sqlite')}`;
  gateway = await startGateway(`database: { url: '${url}' }\nadmin: { enabled: true, keys: ${keys} }\n`);
  for (let attempt = 0; attempt < 200 && (await admin('team list')).code !== 0; attempt++) await sleep(50);
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

describe('commands for objects', () => {
  it('creates, changes, lists, shows and deletes teams and applications', async () => {
    await succeed(['team', 'create', 'search', '--models', 'claude-*,nova-pro', '--requests-per-minute', '600']);
    const again = await admin('team create search');
    expect([again.code, again.errors]).toEqual([1, expect.stringContaining('version_conflict')]);
    await succeed(['team', 'set', 'search', '--models', '', '--max-in-flight', '7', '--metadata', 'contact=a=b']);
    const { document } = (await succeed('team show search --json')).json() as { document: object };
    expect(document).toMatchObject({
      limits: { requestsPerMinute: 600, maxInFlight: 7 },
      metadata: { contact: 'a=b' },
    });
    expect(document).not.toHaveProperty('models');
    await succeed(['application', 'create', 'shop', '--team', 'search', '--purpose', 'Search of products']);
    expect((await succeed('application list')).output).toMatch(/^shop +search +Search of products +database$/m);
    const inUse = await admin('team delete search');
    expect([inUse.code, inUse.errors]).toEqual([1, expect.stringContaining('object_in_use')]);
    await succeed('application delete shop');
    await succeed('team delete search');
    expect((await admin('team show search')).errors).toContain('not_found');
  });

  it('creates and changes entries of the catalog, also by a name with slashes and colons', async () => {
    for (const model of [MODEL, 'anthropic.claude-haiku-4-5-20251001-v1:0', 'arn:aws:bedrock:us-east-1:1:a/b']) {
      await succeed(['catalog', 'set', model, '--state', 'preview']);
      await succeed(['catalog', 'set', model, '--owner', 'platform']);
      const shown = await succeed(['catalog', 'show', model, '--json']);
      expect(shown.json()).toMatchObject({ name: model, document: { state: 'preview', owner: 'platform' } });
      await succeed(['catalog', 'delete', model]);
    }
  });

  it('reports errors of the API with code and field, and wrong command lines with exit code 2', async () => {
    const { code, errors } = await admin('team create x --parent nowhere');
    expect([code, errors]).toEqual([1, expect.stringMatching(/\(invalid_value, param parent\)/)]);
    const wrong = [
      'team create',
      'team create a b',
      'team create a --requests-per-minute many',
      'team create a --color red',
      'key create a --metadata x',
      'apply',
      'apply x --prune',
      'unknown',
      'team',
      '',
      'key create a --output other',
      'key create a --output kubernetes-secret',
      'key create a --output kubernetes-secret A/b',
      'key create a --secret-file /nonexistent/file',
    ];
    for (const line of wrong) expect([line, (await admin(line)).code]).toEqual([line, 2]);
    expect((await admin('team list', { key: undefined })).code).toBe(2);
    expect((await admin('team list', { url: 'ftp://x' })).code).toBe(2);
    expect((await admin('team list', { key: 'wrong' })).errors).toContain('invalid_api_key');
    const away = await admin('team list', { url: 'http://127.0.0.1:9' });
    expect([away.code, away.errors]).toEqual([1, expect.stringContaining('does not answer')]);
    const refused = await admin('team create x', { url: `http://127.0.0.1:${await freePort()}` });
    expect(refused.errors).toMatch(/ECONNREFUSED/);
    expect(refused.errors).not.toContain('may have taken effect');
    expect((await admin('key creat')).errors).toContain("did you mean 'key create'");
    for (const line of ['--help', 'key --help', 'key create --help', 'help']) {
      expect([line, (await admin(line, { key: undefined })).code]).toEqual([line, 0]);
    }
  });
});

describe('commands for keys', () => {
  it('shows a secret on a terminal, in a private file or as a manifest, and nowhere else', async () => {
    const hidden = await admin('key create hidden');
    expect([hidden.code, hidden.errors]).toEqual([2, expect.stringContaining('--secret-file')]);
    expect((await admin('key show hidden')).code).toBe(1);
    const shown = await succeed('key create shown', { isErrorTerminal: true });
    expect(shown.errors).toMatch(/^ {2}oc-\w{49}$/m);
    expect(shown.output).not.toContain('oc-');
    const inFile = join(folder, 'secret');
    const json = await succeed(`key create filed --json --secret-file ${inFile}`);
    const named = await succeed(`key create named --secret-file ${inFile}-named`);
    expect(named.output).toMatch(/^Created Key named \(key_\w+\), version 1\.\nThe secret is in .*-named\.\n$/);
    const rotated = await succeed(`key rotate named --secret-file ${inFile}-rotated`);
    expect(rotated.output).toMatch(
      /^Rotated Key named [^]*-rotated\.\nThe former secret works until \d{4}-[-\d:.TZ]+\.\n$/,
    );
    expect(json.json()).not.toHaveProperty('secret');
    expect(json.output + json.errors).not.toContain('oc-');
    expect((await admin(`key create other --secret-file ${inFile}`)).code).toBe(2);
    const manifest = await succeed('key create mounted --output kubernetes-secret shop/llm-key');
    const { kind, metadata, stringData } = parse(manifest.output) as Record<string, Record<string, string>>;
    expect([kind, metadata]).toEqual(['Secret', { namespace: 'shop', name: 'llm-key' }]);
    expect((await chat(stringData!['api-key']!)).status).toBe(200);
    const onTerminal = await admin('key create x --output kubernetes-secret a/b', { isOutputTerminal: true });
    expect(onTerminal.code).toBe(2);
  });

  it('removes the prepared file if the API creates no key', async () => {
    const file = join(folder, 'unused');
    expect((await admin(`key create k --team nowhere --secret-file ${file}`)).code).toBe(1);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('rotates a key without a refused request', async () => {
    let secret = await secretOf('key create rotated');
    const stop = new AbortController();
    const statuses: number[] = [];
    const loop = async () => {
      while (!stop.signal.aborted) statuses.push((await chat(secret)).status);
    };
    const clients = [loop(), loop(), loop()];
    const former = secret;
    secret = await secretOf('key rotate rotated --overlap-seconds 60');
    await sleep(700);
    expect(await chat(former)).toHaveProperty('status', 200);
    stop.abort();
    await Promise.all(clients);
    expect(statuses.length).toBeGreaterThan(10);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect((await succeed('key show rotated --json')).json()).toMatchObject({ document: { secrets: [{}, {}] } });
  });

  it('ends a running stream by revoke --cut', async () => {
    const secret = await secretOf('key create cut');
    gateway.emulator.behave({ kind: 'pace', ms: 1_000 });
    const stream = chat(secret, { stream: true }).then((response) => response.text());
    await sleep(500);
    const start = performance.now();
    await succeed('key revoke cut --cut');
    const text = await stream;
    gateway.emulator.reset();
    expect(text).toContain('api_key_revoked');
    expect(text).not.toContain('[DONE]');
    expect(performance.now() - start).toBeLessThan(2_000);
    expect((await chat(secret)).status).toBe(401);
    expect((await admin('key enable cut')).errors).toContain('invalid_state');
  });

  it('disables, enables, changes, filters and deletes keys', async () => {
    const secret = await secretOf('key create plain --expires 2999-12-31 --requests-per-minute 100');
    expect((await succeed('key disable plain')).output).toContain('is disabled');
    expect((await chat(secret)).status).toBe(401);
    expect((await succeed('key list --state disabled')).output).toMatch(/^plain /m);
    await succeed('key enable plain');
    await succeed(['key', 'set', 'plain', '--models', 'nova-*', '--expires', '']);
    const { document } = (await succeed('key show plain --json')).json() as { document: object };
    expect(document).toMatchObject({ models: ['nova-*'], limits: { requestsPerMinute: 100 } });
    expect(document).not.toHaveProperty('expires');
    await succeed('key delete plain');
    expect((await admin('key show plain')).code).toBe(1);
  });
});

describe('apply', () => {
  it('applies a folder once, refuses changes of its objects, and prunes', async () => {
    const files = join(folder, 'access');
    mkdirSync(join(files, 'teams', '.hidden'), { recursive: true });
    writeFileSync(join(files, 'teams', '.hidden', 'x.yaml'), 'kind: Team\nname: hidden\n');
    writeFileSync(join(files, 'teams', 'a.yaml'), 'kind: Team\nname: green\n---\n# second\nkind: Team\nname: blue\n');
    writeFileSync(join(files, 'models.yml'), `kind: CatalogEntry\nmodel: ${MODEL}\nstate: approved\n`);
    const command = ['apply', files, '--source', 'git:company/access@abc'];
    expect((await succeed([...command, '--dry-run'])).output).toMatch(/Plan: 3 to create, 0 to change/);
    expect((await admin('team show green')).code).toBe(1);
    const first = await succeed(command);
    expect(first.output).toMatch(/^ {2}\+ Team green {2}teams\/a\.yaml$/m);
    expect(first.output).toMatch(/Applied: 3 created, 0 changed, 0 removed, 0 unchanged\./);
    expect((await succeed(command)).output).toBe('No changes. 3 unchanged.\n');
    const refused = await admin('team set green --cost-center x');
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('managed_by_files')]);
    writeFileSync(join(files, 'teams', 'a.yaml'), 'kind: Team\nname: green\ncostCenter: "7"\n');
    const pruned = await succeed([...command, '--prune']);
    expect(pruned.output).toMatch(/^ {2}~ Team green \(costCenter\) {2}teams\/a\.yaml$/m);
    expect(pruned.output).toMatch(/^ {2}- Team blue/m);
    expect((await succeed('team list')).output).toMatch(/^green .*git:company\/access$/m);
  });

  it('names file, document and field of each problem', async () => {
    const files = join(folder, 'wrong');
    mkdirSync(files);
    expect((await admin(['apply', files])).errors).toContain('contains no document');
    writeFileSync(join(files, 'a.yaml'), 'kind: Team\nname: ok\n---\nkind: Team\nname: bad\ncolor: red\n');
    const { code, errors } = await admin(['apply', files]);
    expect([code, errors]).toEqual([1, expect.stringContaining('a.yaml document 2 (line 3)')]);
    expect(errors).not.toContain('documents[');
    writeFileSync(join(files, 'b.yaml'), 'kind: [\n');
    expect((await admin(['apply', files])).errors).toMatch(/^b\.yaml document 1 \(line 1\), line/);
    expect((await admin(['apply', join(folder, 'absent')])).code).toBe(1);
  });
});

it('lists and verifies the audit, and shows drift, state, models and targets', async () => {
  expect((await succeed('audit list')).output).toMatch(/admin-key root +team\.create/);
  expect((await succeed('audit verify')).output).toMatch(/^The audit is complete: \d+ entries\.$/m);
  expect((await succeed('state')).output).toContain('dialect: sqlite');
  for (const command of ['drift', 'models', 'targets', 'principal list', 'role list'])
    await succeed(`${command} --json`);
});
