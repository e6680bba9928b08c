import { DatabaseService } from '../../../src/database/database.service.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { ReportingZone } from '../../../src/ledger/rollups/reporting-zone.ts';
import { LedgerStore } from '../../../src/ledger/writer/ledger-store.ts';
import { describeSqlite } from '../../database/databases.ts';
import { ledgerLine, ledgerRow } from '../../ledger/ledger-rows.ts';
import { admin, startAdminGateway } from '../admin/admin-gateway.ts';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';

interface MyUsage {
  caller: { kind: string; id: string; name: string };
  today: { usage: { listCostUsd: string; requests: number } };
  month: { usage: { listCostUsd: string; requests: number } };
  days: { start: string }[];
  models: { id: string | null; usage: { listCostUsd: string } }[];
}

describeSqlite('GET /v1/me/usage', (test) => {
  let gateway: TestGateway;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    const auth = `auth: {jwt: [{issuer: '${issuer.url}', audience: [outcrop]}], groups: [{match: 'llm-(.+)', team: $1}]}`;
    gateway = await startAdminGateway(await test.createDatabase(), auth);
    await admin(gateway, 'PUT /teams/search', { body: {} });
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });

  async function find(secret: string, path = '/v1/me/usage') {
    const answer = await gateway.send(path, { headers: { authorization: `Bearer ${secret}` } });
    return { status: answer.status, body: (await answer.json()) as MyUsage & { error?: { param: string } } };
  }

  it('shows a key and a principal only what is theirs, and repeats the answer', async () => {
    const me = (await (await gateway.send('/v1/me')).json()) as { id: string };
    const principal = principalIdOf(issuer.url, 'alice');
    const cost = { listCostNano: 600_000, contractCostNano: 540_000, lines: [ledgerLine()] };
    const store = new LedgerStore(gateway.app.get(DatabaseService, { strict: false }), new ReportingZone('UTC'));
    const write = () =>
      store.write([
        ledgerRow({ key: me.id, ...cost }),
        ledgerRow({ key: undefined, principal, ...cost }),
        ledgerRow({ key: 'key_of_alice', principal, ...cost }),
        ledgerRow({ key: 'key_other', principal: 'p_other', ...cost }),
      ]);
    await write();
    const ofKey = await find(KEY);
    expect(ofKey.status).toBe(200);
    expect(ofKey.body).toMatchObject({
      caller: { kind: 'key', id: me.id, name: 'test' },
      today: { usage: { requests: 1, listCostUsd: '0.0006' } },
      month: { usage: { requests: 1, listCostUsd: '0.0006' } },
      models: [{ id: 'claude-sonnet-4-5', usage: { listCostUsd: '0.0006' } }],
    });
    expect(ofKey.body.days).toHaveLength(1);
    // Callers must not learn the prices of contracts.
    expect(JSON.stringify(ofKey.body)).not.toMatch(/contract|estimatedCost|0\.00054/i);
    const token = issuer.token({ sub: 'alice', groups: ['llm-search'] });
    const ofPrincipal = await find(token);
    expect(ofPrincipal.body).toMatchObject({
      caller: { kind: 'principal', id: principal },
      month: { usage: { requests: 2, listCostUsd: '0.0012' } },
    });
    await write();
    expect((await find(KEY)).body).toEqual(ofKey.body);
    expect(await find(issuer.token({ sub: 'bob', groups: ['llm-search'] }))).toMatchObject({
      status: 200,
      body: { today: { usage: { requests: 0, listCostUsd: '0', tokens: { input: 0 } } }, days: [], models: [] },
    });
  });

  it('takes no parameters, and no unknown callers', async () => {
    expect(await find(KEY, '/v1/me/usage?key=key_other')).toMatchObject({
      status: 400,
      body: { error: { param: 'key' } },
    });
    expect((await find('unknown')).status).toBe(401);
  });

  it('is 409 without a ledger', async () => {
    const plain = await startGateway();
    const answer = await plain.send('/v1/me/usage');
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('database.url')]);
    await plain.close();
  });
});
