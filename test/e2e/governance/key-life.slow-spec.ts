import { setTimeout as sleep } from 'node:timers/promises';
import { describeDatabases } from '../../database/databases.ts';
import { bearerOf, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { KEY, OTHER_KEY, type TestGateway } from '../../support/gateway.ts';
import { askEndpoint, chatOf, codeOf, MODEL_ENDPOINTS, responsesOf } from '../../support/model-endpoints.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { admin, startAdminGateway } from '../admin/admin-gateway.ts';

const HAIKU = 'claude-haiku-4-5';
const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };

const ask = (gateway: TestGateway, path: string, secret: string, body?: object) =>
  askEndpoint(gateway, path, { body, headers: bearerOf(secret) });
const chatCode = async (gateway: TestGateway, secret: string): Promise<string | undefined> =>
  codeOf(await ask(gateway, '/v1/chat/completions', secret, chatOf(HAIKU)));

async function untilCode(gateway: TestGateway, secret: string, code: string | undefined): Promise<void> {
  const end = Date.now() + 10_000;
  let found = await chatCode(gateway, secret);
  while (found !== code && Date.now() < end) {
    await sleep(30);
    found = await chatCode(gateway, secret);
  }
  expect([secret.slice(-4), found]).toEqual([secret.slice(-4), code]);
}

describeDatabases('a key of the database', (test) => {
  let gateway: TestGateway;
  let replica: TestGateway;
  beforeAll(async () => {
    const url = await test.createDatabase();
    // One block of thinking of the emulator does not fit into the id of a call, so it is kept in memory.
    gateway = await startAdminGateway(url, 'responses: {store: memory}\nthinking: {maxToolCallIdLength: 64}');
    replica = url.startsWith('postgres') ? await startAdminGateway(url) : gateway;
    const end = Date.now() + 20_000;
    while ((await admin(gateway, 'PUT /teams/search', { body: {} })).status >= 300 && Date.now() < end) await sleep(50);
  }, 60_000);
  afterAll(async () => {
    for (const each of new Set([gateway, replica])) await each.close();
  });

  const created = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await admin(gateway, 'POST /keys', { body: { name, team: 'search', ...more } });
    expect([status, body.error]).toEqual([201, undefined]);
    await untilCode(gateway, body.secret, undefined);
    return body.secret;
  };

  it('keeps responses and thinking when its secret is rotated, while requests continue', async () => {
    const old = await created('rotated');
    const stored = JSON.parse((await ask(gateway, '/v1/responses', old, responsesOf(HAIKU))).text) as { id: string };
    const question = { role: 'user', content: 'Please look.' };
    const body = {
      model: 'claude-sonnet-4-5',
      tools: [LOOK],
      max_tokens: 8_000,
      thinking: { type: 'enabled', budget_tokens: 2_000 },
    };
    const first = JSON.parse(
      (await ask(gateway, '/v1/chat/completions', old, { ...body, messages: [question] })).text,
    ) as { choices: { message: { tool_calls: { id: string }[] } }[] };
    const [{ id }] = first.choices[0]!.message.tool_calls as [{ id: string }];

    const rotating = { isRunning: true };
    const codes = new Set<string | undefined>();
    const load = (async () => {
      while (rotating.isRunning) codes.add(await chatCode(gateway, old));
    })();
    const rotation = await admin(gateway, 'POST /keys/rotated/rotate', { body: { overlapSeconds: 4 } });
    const next = rotation.body.secret;
    for (const each of new Set([gateway, replica])) await untilCode(each, next, undefined);
    rotating.isRunning = false;
    await load;
    expect([...codes]).toEqual([undefined]);

    // The new secret is the same caller.
    expect((await ask(gateway, `/v1/responses/${stored.id}`, next)).status).toBe(200);
    const continued = { ...responsesOf(HAIKU), previous_response_id: stored.id };
    expect((await ask(gateway, '/v1/responses', next, continued)).status).toBe(200);
    expect((await ask(gateway, `/v1/responses/${stored.id}`, OTHER_KEY)).status).toBe(404);
    const call = { id, type: 'function', function: { name: 'look', arguments: '{}' } };
    const history = [
      question,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: 'A cat.' },
    ];
    gateway.emulator.reset();
    expect((await ask(gateway, '/v1/chat/completions', next, { ...body, messages: history })).status).toBe(200);
    expect(JSON.stringify(gateway.emulator.requests[0]?.body)).toContain('"signature"');
    gateway.emulator.reset();
    expect((await ask(gateway, '/v1/chat/completions', KEY, { ...body, messages: history })).status).toBe(200);
    expect(JSON.stringify(gateway.emulator.requests[0]?.body)).not.toContain('"signature"');
    const me = async (secret: string) => JSON.parse((await ask(gateway, '/v1/me', secret)).text) as object;
    const ofOld = await me(old);
    if ((await chatCode(gateway, old)) === undefined) {
      expect(ofOld).toEqual({ ...(await me(next)), expires: expect.any(String) });
    }

    // The old secret ends after the overlap, on each replica.
    for (const each of new Set([gateway, replica])) await untilCode(each, old, 'invalid_api_key');
    expect((await ask(gateway, `/v1/responses/${stored.id}`, next)).status).toBe(200);
  }, 60_000);

  it('ends at its expiry, in the form of each API', async () => {
    const expires = new Date(Date.now() + 3_000).toISOString();
    const secret = await created('short', { expires });
    for (const each of new Set([gateway, replica])) await untilCode(each, secret, 'invalid_api_key');
    for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
      const answer = await ask(gateway, to(HAIKU), secret, body?.(HAIKU));
      expect([endpoint, answer.status]).toEqual([endpoint, to(HAIKU).startsWith('/model/') ? 403 : 401]);
      expect([endpoint, answer.text]).toEqual([endpoint, expect.stringContaining('expired')]);
    }
  }, 60_000);

  it('is disabled and enabled on every replica', async () => {
    const secret = await created('owned');
    expect((await admin(gateway, 'POST /keys/owned/disable', { body: {} })).status).toBe(200);
    for (const each of new Set([gateway, replica])) await untilCode(each, secret, 'api_key_disabled');
    expect((await admin(gateway, 'POST /keys/owned/enable', { body: {} })).status).toBe(200);
    for (const each of new Set([gateway, replica])) await untilCode(each, secret, undefined);
  }, 60_000);
});

describe('governance.requireApplication', () => {
  it('rejects keys without an application on every endpoint, and neither keys of auth nor tokens', async () => {
    const issuer = await TokenIssuer.start();
    const gateway = await startGovernedGateway(
      issuer.settings(),
      [
        { kind: 'Team', name: 'search' },
        { kind: 'Application', name: 'shop', team: 'search' },
        keyDocument('bare', 'sk-bare', { team: 'search' }),
        keyDocument('shop-1', 'sk-shop', { application: 'shop' }),
        keyDocument('gone', 'sk-other-team', { team: 'search', application: 'shop' }),
      ],
      'requireApplication: true',
    );
    for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
      const refused = await ask(gateway, to(HAIKU), 'sk-bare', body?.(HAIKU));
      expect([endpoint, refused.status]).toEqual([endpoint, 403]);
      expect([endpoint, refused.text]).toEqual([endpoint, expect.stringContaining('governance.requireApplication')]);
    }
    expect(gateway.emulator.requests).toEqual([]);
    for (const secret of ['sk-shop', 'sk-other-team', OTHER_KEY, issuer.token()])
      expect(await chatCode(gateway, secret)).toBeUndefined();
    await gateway.close();
    await issuer.close();
  });
});
