import { setTimeout as sleep } from 'node:timers/promises';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { describeDatabases } from '../../database/databases.ts';
import { bearerOf } from '../../support/governed-gateway.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { askEndpoint, chatOf, codeOf, responsesOf } from '../../support/model-endpoints.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { admin, type AdminAnswer, startAdminGateway } from '../admin/admin-gateway.ts';

const HAIKU = 'claude-haiku-4-5';

/** Repeats a request until its answer fulfills the condition, for at most 15 seconds. Returns the last answer. */
async function until<Answer>(ask: () => Promise<Answer>, isMet: (answer: Answer) => boolean): Promise<Answer> {
  const end = Date.now() + 15_000;
  let answer = await ask();
  while (!isMet(answer) && Date.now() < end) {
    await sleep(50);
    answer = await ask();
  }
  return answer;
}

describeDatabases('principals', (test) => {
  let issuer: TokenIssuer;
  let url: string;
  let gateways: TestGateway[];
  const one = (): TestGateway => gateways[0]!;

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    url = await test.createDatabase();
    // SQLite belongs to one process.
    const replicas = url.startsWith('postgres') ? 2 : 1;
    const more = `${issuer.settings()}\nresponses: {store: memory}`;
    gateways = [];
    for (let at = 0; at < replicas; at += 1) gateways.push(await startAdminGateway(url, more));
    for (const name of ['search', 'ads'])
      await until(
        () => admin(one(), `PUT /teams/${name}`, { body: {} }),
        ({ status }) => status < 300,
      );
    for (const gateway of gateways)
      await until(
        () => send(gateway, issuer.token({ sub: 'setup' })),
        (code) => code === undefined,
      );
  }, 60_000);
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    await issuer.close();
  });

  const send = async (gateway: TestGateway, token: string): Promise<string | undefined> =>
    codeOf(await askEndpoint(gateway, '/v1/chat/completions', { body: chatOf(HAIKU), headers: bearerOf(token) }));
  const idOf = (sub: string): string => principalIdOf(issuer.url, sub);
  const found = (id: string): Promise<AdminAnswer> => admin(one(), `GET /principals/${id}`);
  const documentOf = async (id: string) => (await one().app.get(GovernanceRepository).find('Principal', id))?.document;
  const recorded = (id: string): Promise<AdminAnswer> =>
    until(
      () => found(id),
      ({ status }) => status === 200,
    );

  it('are created after their first request, with first and last use, groups, email and name', async () => {
    const id = idOf('ada');
    expect((await found(id)).status).toBe(404);
    const from = new Date().toISOString();
    expect(await send(one(), issuer.token({ sub: 'ada', email: 'ada@example.com', name: 'Ada' }))).toBeUndefined();
    const first = await recorded(id);
    expect(first.body).toMatchObject({ id, document: { state: 'active' } });
    expect(await documentOf(id)).toMatchObject({ issuer: issuer.url, subject: 'ada', groups: ['llm-search-dev'] });
    expect(first.body['createdAt']).toBe(first.body['updatedAt']);
    expect(String(first.body['createdAt']) >= from).toBe(true);
    expect(JSON.stringify(first.body)).not.toMatch(/ada@example|"Ada"/);
    expect((await admin(one(), `GET /principals/${id}/identity`)).body).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
    });
    // A new token is a new use. The one in the cache is not recorded again.
    await sleep(5);
    expect(await send(one(), issuer.token({ sub: 'ada', jti: 'second', groups: ['llm-ads-dev'] }))).toBeUndefined();
    const later = await until(
      () => found(id),
      ({ body }) => body['updatedAt'] !== first.body['updatedAt'],
    );
    expect(later.body['createdAt']).toBe(first.body['createdAt']);
    expect(String(later.body['updatedAt']) > String(first.body['updatedAt'])).toBe(true);
    expect(await documentOf(id)).toMatchObject({ groups: ['llm-ads-dev'] });
  }, 60_000);

  it('are refused by every replica on the next request after they are disabled', async () => {
    const [id, token] = [idOf('eve'), issuer.token({ sub: 'eve' })];
    const responses: string[] = [];
    for (const gateway of gateways) {
      expect(await send(gateway, token)).toBeUndefined();
      const stored = await askEndpoint(gateway, '/v1/responses', {
        body: responsesOf(HAIKU),
        headers: bearerOf(token),
      });
      responses.push((JSON.parse(stored.text) as { id: string }).id);
    }
    await recorded(id);
    const { secret } = (await admin(one(), 'POST /keys', { body: { name: 'of-eve', team: 'ads', owner: id } })).body;
    for (const gateway of gateways)
      expect(
        await until(
          () => send(gateway, secret),
          (code) => code === undefined,
        ),
      ).toBeUndefined();
    expect((await admin(one(), `PATCH /principals/${id}`, { body: { state: 'disabled' } })).status).toBe(200);
    for (const [at, gateway] of gateways.entries()) {
      expect(
        await until(
          () => send(gateway, token),
          (code) => code !== undefined,
        ),
      ).toBe('principal_disabled');
      // So are the keys that they own.
      expect(await send(gateway, secret)).toBe('permission_denied');
      // Another token, and other endpoints, are no way around it.
      expect(await send(gateway, issuer.token({ sub: 'eve', jti: 'new' }))).toBe('principal_disabled');
      for (const path of ['/v1/models', '/v1/me', `/v1/responses/${responses[at]!}`])
        expect(codeOf(await askEndpoint(gateway, path, { headers: bearerOf(token) }))).toBe('principal_disabled');
    }
    expect((await admin(one(), `PATCH /principals/${id}`, { body: { state: 'active' } })).status).toBe(200);
    for (const [at, gateway] of gateways.entries()) {
      expect(
        await until(
          () => send(gateway, token),
          (code) => code === undefined,
        ),
      ).toBeUndefined();
      const { status } = await askEndpoint(gateway, `/v1/responses/${responses[at]!}`, { headers: bearerOf(token) });
      expect(status).toBe(200);
    }
  }, 60_000);

  it('are disabled whatever the names of their groups', async () => {
    for (const [sub, groups] of Object.entries({
      'with an empty group': ['llm-search-dev', ''],
      'with control characters': ['llm-search-dev', '\0', '\u{D800}'],
    })) {
      const token = issuer.token({ sub, groups });
      expect([sub, await send(one(), token)]).toEqual([sub, undefined]);
      await until(
        () => found(idOf(sub)),
        ({ status }) => status === 200,
      );
      const disabled = await admin(one(), `PATCH /principals/${idOf(sub)}`, { body: { state: 'disabled' } });
      expect([sub, disabled.status]).toEqual([sub, 200]);
      expect([sub, await send(one(), token)]).toEqual([sub, 'principal_disabled']);
      expect(await documentOf(idOf(sub))).toMatchObject({ groups });
    }
  });

  it('that are erased stay disabled, and their attempts do not store them again', async () => {
    const id = idOf('mallory');
    const identity = { sub: 'mallory', email: 'mallory@example.com', name: 'Mallory' };
    expect(await send(one(), issuer.token(identity))).toBeUndefined();
    await recorded(id);
    await admin(one(), `PATCH /principals/${id}`, { body: { state: 'disabled' } });
    await until(
      () => send(one(), issuer.token(identity)),
      (code) => code === 'principal_disabled',
    );
    expect((await admin(one(), `DELETE /principals/${id}/identity`)).body).toMatchObject({ erased: true });
    expect(await send(one(), issuer.token({ ...identity, jti: 'after' }))).toBe('principal_disabled');
    // The marker is recorded after everything that was seen before it.
    expect(await send(one(), issuer.token({ sub: 'marker' }))).toBeUndefined();
    await recorded(idOf('marker'));
    expect((await admin(one(), `GET /principals/${id}/identity`)).body).toEqual({ id, email: null, name: null });
    expect((await admin(one(), 'GET /audit/verify')).body).toMatchObject({ valid: true });
  }, 60_000);

  it('are limited by their own lists and limits', async () => {
    const [id, token] = [idOf('bob'), issuer.token({ sub: 'bob' })];
    await send(one(), token);
    await recorded(id);
    await admin(one(), `PATCH /principals/${id}`, { body: { models: ['nova-*'] } });
    expect(
      await until(
        () => send(one(), token),
        (code) => code !== undefined,
      ),
    ).toBe('permission_denied');
    const { text } = await askEndpoint(one(), '/v1/chat/completions', {
      body: chatOf(HAIKU),
      headers: bearerOf(token),
    });
    expect(text).toContain('This principal may not use');
    await admin(one(), `PATCH /principals/${id}`, { body: { models: null, limits: { requestsPerMinute: 1 } } });
    expect(
      await until(
        () => send(one(), token),
        (code) => code === 'rate_limit_exceeded',
      ),
    ).toBe('rate_limit_exceeded');
  }, 60_000);

  it('are answered while the database hangs, and recorded after it is back', async () => {
    if (test.postgres === undefined) return;
    test.postgres.pause();
    try {
      for (let at = 0; at < 3; at += 1) expect(await send(one(), issuer.token({ sub: `hung-${at}` }))).toBeUndefined();
      // Longer than the interval of the recorder and a statement's time limit.
      await sleep(8_000);
      expect(await send(one(), issuer.token({ sub: 'hung-3' }))).toBeUndefined();
    } finally {
      test.postgres.resume();
    }
    for (let at = 0; at < 4; at += 1)
      expect(
        (
          await until(
            () => found(idOf(`hung-${at}`)),
            ({ status }) => status === 200,
          )
        ).status,
      ).toBe(200);
  }, 90_000);
});
