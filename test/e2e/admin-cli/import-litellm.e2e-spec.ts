import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { runCommand } from './admin-terminal.ts';

const ADMIN_SECRET = 'admin-secret-of-the-import';
const folder = mkdtempSync(join(tmpdir(), 'outcrop-import-'));
const dump = join(folder, 'litellm.jsonl');
let gateway: TestGateway;

const token = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const admin = (line: string) => runCommand(line, { url: gateway.url, key: ADMIN_SECRET });

const ROWS = [
  {
    team_id: 't1',
    team_alias: 'Search & Co',
    models: ['all-proxy-models'],
    rpm_limit: 500,
    blocked: false,
    max_budget: 12.5,
    budget_duration: '30d',
    members: ['a'],
  },
  { team_id: 't2', team_alias: 'closed', models: [], blocked: true },
  { project_id: 'p1', project_alias: 'shop', team_id: 't1', models: [], budget_id: null, description: 'Shop' },
  { budget_id: 'b1', budget_duration: null, tpm_limit: '9000', max_budget: null },
  { token: token('sk-former'), active_token_id: token('sk-one'), revoke_at: '2999-01-01T00:00:00' },
  {
    token: token('sk-one'),
    key_alias: 'one',
    key_name: 'sk-...Ab12',
    team_id: 't1',
    project_id: 'p1',
    budget_id: 'b1',
    models: ['bedrock/claude-*'],
    expires: '2999-01-01T00:00:00.123',
    metadata: { tags: ['x'], contact: 'me' },
    aliases: { a: 'b' },
  },
  { token: token('sk-two'), key_alias: null, key_name: 'sk-...Ab13', team_id: 't2', models: [] },
  { token: token('sk-three'), key_alias: 'three', allowed_routes: ['/embeddings'], models: [] },
  { token: token('sk-four'), key_alias: 'four', team_id: 'lost', models: [] },
  { token: token('sk-five'), key_alias: 'five', expires: '2020-01-01T00:00:00', models: [] },
  { token: 'sk-plain', key_alias: 'six', models: [] },
  { token: token('sk-ui'), key_alias: 'ui', team_id: 'litellm-dashboard', models: [] },
  { token: token('sk-none'), key_alias: 'none', models: ['no-default-models'] },
];

beforeAll(async () => {
  const keys = JSON.stringify([{ name: 'root', hash: hashApiKey(ADMIN_SECRET) }]);
  const url = `sqlite:${join(folder, 'gateway.sqlite')}`;
  gateway = await startGateway(`database: { url: '${url}' }\nadmin: { enabled: true, keys: ${keys} }\n`);
  for (let attempt = 0; attempt < 200 && (await admin('team list')).code !== 0; attempt++) await sleep(50);
  // Until the snapshot has been read, an unknown key may be one of the database, and gets 503.
  for (let attempt = 0; attempt < 200 && (await status('sk-unknown')) !== 401; attempt++) await sleep(50);
  writeFileSync(dump, ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

const status = async (secret: string): Promise<number> => {
  const body = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };
  const headers = { authorization: `Bearer ${secret}` };
  return (await gateway.send('/v1/chat/completions', { body, headers })).status;
};

it('imports teams, projects and keys of LiteLLM, whose clients keep their keys', async () => {
  const plan = await admin(`import litellm ${dump} --dry-run`);
  expect([plan.code, plan.errors]).toEqual([0, '']);
  expect(await status('sk-one')).toBe(401);
  const { code, output } = await admin(`import litellm ${dump}`);
  expect(code).toBe(0);
  expect([await status('sk-one'), await status('sk-former')]).toEqual([200, 200]);
  for (const secret of ['sk-two', 'sk-three', 'sk-four', 'sk-five', 'sk-plain', 'sk-ui']) {
    expect([secret, await status(secret)]).toEqual([secret, 401]);
  }
  expect([200, 401]).not.toContain(await status('sk-none'));
  expect((await admin('key show one --json')).json()).toMatchObject({
    document: {
      team: 'Search-Co',
      application: 'shop',
      expires: '2999-01-01T00:00:00.123Z',
      models: ['claude-*'],
      limits: { tokensPerMinute: 9000 },
      metadata: { contact: 'me' },
    },
  });
  for (const text of ['budgets: are stored', 'limits of teams and projects: are', 'tpm_limit: is stored']) {
    expect(output).toContain(text);
  }
  for (const note of ['members has', 'key one: aliases', 'metadata.tags', 'key three: is disabled', 'its team lost']) {
    expect(output).toContain(note);
  }
  expect(output).not.toMatch(/[0-9a-f]{64}/);
  expect((await admin(`import litellm ${dump}`)).output).toContain('No changes.');
});

it('names the line that is no row', async () => {
  for (const line of ['{', '[]', '{"spend": 1}']) {
    writeFileSync(join(folder, 'wrong'), `${JSON.stringify(ROWS[0])}\n${line}\n`);
    const { code, errors } = await admin(`import litellm ${join(folder, 'wrong')}`);
    expect([code, errors]).toEqual([1, expect.stringContaining('line 2 ')]);
  }
});
