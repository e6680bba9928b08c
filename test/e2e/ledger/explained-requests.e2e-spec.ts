import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseService } from '../../../src/database/database.service.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { describeSqlite } from '../../database/databases.ts';
import { uuidAt } from '../../ledger/ledger-rows.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { runCommand } from '../admin-cli/admin-terminal.ts';
import {
  admin,
  ADMIN_KEY,
  type AdminAnswer,
  AUDITOR_KEY,
  startAdminGateway,
  TEAM_ADMIN_KEY,
  within,
} from '../admin/admin-gateway.ts';

const HAIKU = 'claude-haiku-4-5';
const CONTENT = 'a question that must not be stored';

describeSqlite('requests at the admin API', (test) => {
  let issuer: TokenIssuer;
  let gateway: TestGateway;
  let folder = '';
  /** Secret and id of a key of each team. */
  const keys: Record<string, { secret: string; id: string }> = {};
  /** Ids of requests by what happened to them. */
  const ids: Record<string, string> = {};
  const member = () => issuer.token({ sub: 'ada', groups: ['llm-search-dev'] });

  /** Sends a chat request. Returns the id of its row. */
  async function chat(secret: string, body: object = {}, headers: Record<string, string> = {}): Promise<string> {
    const answer = await gateway.send('/v1/chat/completions', {
      body: { model: HAIKU, messages: [{ role: 'user', content: CONTENT }], ...body },
      headers: { authorization: `Bearer ${secret}`, ...headers },
    });
    await answer.text();
    return answer.headers.get('x-outcrop-id')!;
  }

  const explain = (id: string, key = ADMIN_KEY): Promise<AdminAnswer> => admin(gateway, `GET /requests/${id}`, { key });
  async function found(query: string, key = ADMIN_KEY): Promise<string[]> {
    const { body, status } = await admin(gateway, `GET /requests?${query}`, { key });
    expect([query, status]).toEqual([query, 200]);
    return body.data.map((each) => (each as unknown as { id: string }).id);
  }

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    folder = await mkdtemp(join(tmpdir(), 'outcrop-explained-'));
    const groups = "[{match: 'llm-(.+)-dev', team: $1}]";
    gateway = await startAdminGateway(
      await test.createDatabase(),
      `ledger: { journalFolder: '${folder}' }\nauth: {jwt: [{issuer: '${issuer.url}', audience: [outcrop]}], groups: ${groups}}\nmodels: { aliases: { fast: ${HAIKU} } }`,
    );
    await within(async () => (await admin(gateway, 'PUT /teams/search', { body: {} })).status, 200, 20_000);
    await admin(gateway, 'PUT /teams/ads', { body: { models: [HAIKU] } });
    for (const team of ['search', 'ads']) {
      const { body } = await admin(gateway, 'POST /keys', { body: { name: `of-${team}`, team } });
      keys[team] = { secret: body.secret, id: body.id };
    }
    ids['search'] = await chat(keys['search']!.secret, { temperature: 1.7 }, { 'x-request-id': 'same' });
    ids['ads'] = await chat(keys['ads']!.secret, {}, { 'x-request-id': 'same' });
    ids['stream'] = await chat(keys['ads']!.secret, { stream: true, model: 'fast' });
    ids['refused'] = await chat(keys['ads']!.secret, { model: 'claude-sonnet-4-5' });
    ids['failed'] = await chat(keys['ads']!.secret, { messages: [] });
    ids['member'] = await chat(member());
    await within(async () => (await found('')).length, Object.keys(ids).length, 20_000);
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('explain what happened, with exact prices and names', async () => {
    const { body, status } = await explain(ids['search']!);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: ids['search'],
      requestId: 'same',
      endpoint: '/v1/chat/completions',
      key: { id: keys['search']!.id, name: 'of-search' },
      team: { name: 'search' },
      model: { asked: HAIKU, answering: HAIKU, reason: 'asked' },
      status: 'succeeded',
      httpStatus: 200,
      error: null,
      targets: { failed: [], failedModels: [], retries: 0, calls: 1 },
      adjustments: ['temperature=1'],
      cost: { priceSource: 'list', isEstimated: false },
      hasMoreLines: false,
    });
    const { cost, lines, timeline, tokens } = body as unknown as {
      cost: { listUsd: string };
      tokens: { input: number; output: number };
      lines: { listCostUsd: string; units: { kind: string; count: number; unitPriceUsd: string; costUsd: string }[] }[];
      timeline: { steps: { event: string; atMs: number }[]; parts: Record<string, number> };
    };
    // Claude Haiku 4.5: 1 and 5 USD per million tokens, 10 % more for its geographic profile.
    const prices = Object.fromEntries(lines[0]!.units.map(({ kind, unitPriceUsd }) => [kind, unitPriceUsd]));
    expect(prices).toMatchObject({ input: '0.0000011', output: '0.0000055' });
    const nano = BigInt(tokens.input) * 1_100n + BigInt(tokens.output) * 5_500n;
    expect(BigInt(Math.round(Number(cost.listUsd) * 1e9))).toBe(nano);
    expect(timeline.steps.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['arrived', 'first_call', 'last_call_ended', 'ended']),
    );
    expect(timeline.parts['translationMs']).toBeGreaterThan(0);
    expect(timeline.parts['bedrockMs']).toBeGreaterThan(0);
    const times = timeline.steps.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(JSON.stringify(body)).not.toContain(CONTENT);
  });

  it('explain an alias, a stream, and a refusal', async () => {
    expect((await explain(ids['stream']!)).body).toMatchObject({
      isStream: true,
      model: { asked: 'fast', answering: HAIKU, reason: 'name' },
    });
    expect((await explain(ids['refused']!)).body).toMatchObject({
      status: 'refused',
      model: { asked: 'claude-sonnet-4-5', answering: null, reason: 'none' },
      error: {
        code: 'permission_denied',
        source: 'key',
        retry: 'no',
        documentation: 'docs/governance.md#which-models',
      },
      cost: { listUsd: '0', contractUsd: '0' },
      lines: [],
    });
    expect((await explain(ids['failed']!)).body).toMatchObject({ error: { meaning: expect.stringMatching(/\w+\.$/) } });
  });

  it('are found by key, team, code, status, time and id of the client', async () => {
    const { ads, failed, refused, search, stream } = ids;
    expect(await found('key=of-search')).toEqual([search]);
    expect(await found(`key=${keys['search']!.id}`)).toEqual([search]);
    expect(await found('team=ads')).toEqual([failed, refused, stream, ads]);
    expect(await found('code=permission_denied')).toEqual([refused]);
    expect(await found('team=ads&status=succeeded')).toEqual([stream, ads]);
    expect(await found('requestId=same')).toEqual([ads, search]);
    const day = new Date().toISOString().slice(0, 10);
    expect(await found(`day=${day}`)).toHaveLength(6);
    expect(await found('day=2020-01-01')).toEqual([]);
    expect(await found('to=2020-01-01T00:00:00Z')).toEqual([]);
    const first = await admin(gateway, 'GET /requests?team=ads&limit=1');
    expect(await found(`team=ads&after=${first.body.next}`)).toEqual([refused, stream, ads]);
  });

  it('are read by a team admin and a member only if they are theirs', async () => {
    const principal = principalIdOf(issuer.url, 'ada');
    expect((await explain(ids['member']!)).body).toMatchObject({ principal: { id: principal }, key: null });
    const readers: [string, string[]][] = [
      [TEAM_ADMIN_KEY, ['search', 'member']],
      [member(), ['member']],
      [AUDITOR_KEY, Object.keys(ids)],
    ];
    for (const [key, allowed] of readers) {
      for (const [name, id] of Object.entries(ids)) {
        const { body, status } = await explain(id, key);
        expect([name, status]).toEqual([name, allowed.includes(name) ? 200 : 404]);
        if (status !== 404) continue;
        // The answer does not show that the row exists.
        const absent = `${id.slice(0, 15)}${uuidAt(0).slice(15)}`;
        const other = (await explain(absent, key)).body.error;
        expect(body.error.message).toBe(other.message.replace(absent, id));
      }
      const expected = new Set(allowed.map((name) => ids[name]));
      const filters = [
        '',
        'team=ads',
        `key=${keys['ads']!.id}`,
        'key=of-ads',
        'code=permission_denied',
        'requestId=same',
      ];
      for (const filter of [...filters, 'status=succeeded', `after=${new Date().toISOString().slice(0, 10)}`]) {
        for (const id of await found(filter, key)) expect([filter, expected.has(id)]).toEqual([filter, true]);
      }
      expect(new Set(await found('', key))).toEqual(expected);
    }
  });

  it('are shown by the command line so that the reason of a refusal is clear', async () => {
    const run = (line: string) => runCommand(line, { url: gateway.url, key: ADMIN_KEY });
    const { code, output } = await run(`requests show ${ids['refused']}`);
    expect(code).toBe(0);
    const [outcome, why, again, more] = output.split('\n');
    expect(outcome).toContain('was refused by the gateway');
    expect(why).toBe('Why: The API key may not use this endpoint or model. (permission_denied, source key)');
    expect(again).toContain('would fail again');
    expect(more).toBe('Read on: docs/governance.md#which-models');
    expect(output).toContain(`key of-ads (${keys['ads']!.id})`);
    expect((await run(`requests show ${ids['search']}`)).output).toMatch(/input: \d+ × 0\.0000011 = 0\.\d+ USD/);
    const listed = await run('requests list --team ads --status succeeded');
    expect(listed.output.split('\n')).toHaveLength(4);
    expect((await run('requests list --key of-search --json')).json()).toMatchObject([{ id: ids['search'] }]);
    const several = await run('requests show same');
    expect([several.code, several.errors]).toEqual([1, expect.stringContaining('2 requests have the x-request-id')]);
    expect((await run('requests show unknown')).code).toBe(1);
    expect((await run('requests list --limit 0')).code).toBe(2);
  });

  it.each([
    'day=2026-13-01',
    'day=20261130',
    'day=2026-11-30&day=2026-11-29',
    'from=yesterday',
    'from=99999999999999999999',
    'to=2026-11-30T25:00:00Z',
    'to=2026-11-30T10:00:00',
    'status=done',
    'limit=0',
    'limit=1001',
    'limit=1e3',
    'limit=99999999999999999999',
    'after=x',
    "after='; drop table ledger_row; --",
    'after=ffffffff-ffff-7fff-bfff-ffffffffffff',
    'key=',
    `key=${'k'.repeat(300)}`,
    `requestId=${'r'.repeat(300)}`,
    'principal=p_1',
    'key[x]=1',
  ])('answer 400 to ?%s', async (query) => {
    const { body, status } = await admin(gateway, `GET /requests?${query.replaceAll(' ', '%20')}`);
    expect([query, status, body.error.code]).toEqual([query, 400, 'invalid_value']);
    expect(body.error.param).toBe(
      /^\w+/.exec(query)![0] === 'key' && query.includes('[') ? 'key[x]' : /^\w+/.exec(query)![0],
    );
  });

  it('answer 400 to what is not an id, and 404 with the reason to an id without a row', async () => {
    for (const id of ['same', '0', '%00', "1'%20or%20'1", 'ffffffff-ffff-7fff-bfff-ffffffffffff', 'a'.repeat(5_000)]) {
      expect([id, (await explain(id)).status]).toEqual([id, 400]);
    }
    expect((await explain(ids['search']!.toUpperCase())).status).toBe(200);
    const missing = async (at: number) => {
      const { body, status } = await explain(uuidAt(at));
      expect(status).toBe(404);
      return body.error.message;
    };
    expect(await missing(Date.now())).toContain('about a second later');
    expect(await missing(Date.now() - 200 * 86_400_000)).toContain('ledger.rowRetentionDays');
    expect(await missing(1)).toContain('ledger.rowRetentionDays');
  });

  it('are erased from a principal that is disabled and owns nothing', async () => {
    const ada = principalIdOf(issuer.url, 'ada');
    const terminal = { url: gateway.url, key: ADMIN_KEY };
    const erase = async (key: string, id = ada) => {
      const { body, status } = await admin(gateway, `POST /principals/${id}/erase`, { key, body: {} });
      return [status, body.error?.code];
    };
    await within(async () => (await admin(gateway, `GET /principals/${ada}`)).status, 200, 20_000);
    for (const key of [AUDITOR_KEY, TEAM_ADMIN_KEY, member()])
      expect(await erase(key)).toEqual([403, 'permission_denied']);
    expect(await erase(ADMIN_KEY)).toEqual([409, 'invalid_state']);
    for (const id of ['erased', 'p_unknown', keys['ads']!.id]) {
      expect(await erase(ADMIN_KEY, id)).toEqual([404, 'not_found']);
    }
    await admin(gateway, 'POST /keys', { body: { name: 'of-ada', team: 'search', owner: ada } });
    await admin(gateway, `PATCH /principals/${ada}`, { body: { state: 'disabled' } });
    expect(await erase(ADMIN_KEY)).toEqual([409, 'object_in_use']);
    await admin(gateway, 'DELETE /keys/of-ada');
    const { code, output } = await runCommand(`principal erase ${ada}`, terminal);
    expect([code, output]).toEqual([0, expect.stringMatching(/^Erased principal p_\w+: 1 rows, \d+ sums/)]);
    expect((await explain(ids['member']!)).body).toMatchObject({
      principal: { id: 'erased' },
      team: { name: 'search' },
    });
    expect((await admin(gateway, `GET /principals/${ada}`)).status).toBe(404);
    expect((await admin(gateway, 'GET /audit/verify')).body).toMatchObject({ valid: true });
    const { body } = await admin(gateway, 'GET /audit?limit=1000&object=erased');
    expect(body.data.map(({ action }) => action)).toEqual(['principal.erase']);
    expect(JSON.stringify(body.data)).not.toContain(ada);
    // A repeated call continues, and is no further entry.
    expect(await erase(ADMIN_KEY)).toEqual([200, undefined]);
    expect((await admin(gateway, 'GET /audit?limit=1000&object=erased')).body.data).toHaveLength(1);
  });

  it('answer 503 while the database is away', async () => {
    await gateway.app.get(DatabaseService).onApplicationShutdown();
    for (const call of [
      'GET /requests',
      'GET /requests?key=of-ads&requestId=same',
      `GET /requests/${ids['ads']}`,
      `POST /principals/${principalIdOf(issuer.url, 'ada')}/erase`,
    ]) {
      const { body, status } = await admin(gateway, call, call.startsWith('POST') ? { body: {} } : {});
      expect([call, status, body.error.code]).toEqual([call, 503, 'database_unavailable']);
    }
    // What is wrong in the request is found without the database.
    expect((await admin(gateway, 'GET /requests?limit=0')).status).toBe(400);
  });
});
