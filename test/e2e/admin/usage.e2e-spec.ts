import { DatabaseService } from '../../../src/database/database.service.ts';
import { ReportingZone } from '../../../src/ledger/rollups/reporting-zone.ts';
import type { LedgerRow } from '../../../src/ledger/rows/ledger-row.ts';
import { LedgerStore } from '../../../src/ledger/writer/ledger-store.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { runAdmin } from '../../../src/cli/run-admin.ts';
import { describeSqlite } from '../../database/databases.ts';
import { ledgerLine, ledgerRow } from '../../ledger/ledger-rows.ts';
import { KEY, type TestGateway } from '../../support/gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { admin, ADMIN_KEY, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY } from './admin-gateway.ts';

const ALICE = 'alice';
const LAST_WEEK = Date.now() - 7 * 86_400_000;

/** Parts of an answer that the tests read. */
interface UsageAnswer {
  groups: { id: string | null; name: string | null; usage: { listCostUsd: string; requests: number } }[];
  totals: { usage: { listCostUsd: string; requests: number } };
}

describeSqlite('GET /admin/v1/usage', (test) => {
  let gateway: TestGateway;
  let issuer: TokenIssuer;
  let member: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    const auth = `auth: {jwt: [{issuer: '${issuer.url}', audience: [outcrop]}], groups: [{match: 'llm-(.+)', team: $1}]}`;
    gateway = await startAdminGateway(await test.createDatabase(), auth);
    for (const name of ['search', 'ads']) {
      ids[name] = (await admin(gateway, `PUT /teams/${name}`, { body: {} })).body.id;
      const shop = await admin(gateway, `PUT /applications/${name}-shop`, { body: { team: name } });
      ids[`${name}-shop`] = shop.body.id;
      ids[`${name}-1`] = (await admin(gateway, 'POST /keys', { body: { name: `${name}-1`, team: name } })).body.id;
    }
    const principal = principalIdOf(issuer.url, ALICE);
    member = issuer.token({ sub: ALICE, groups: ['llm-search'] });
    const rowOf = (team: string, fields: Partial<LedgerRow>) =>
      ledgerRow({
        at: LAST_WEEK,
        team: ids[team],
        application: ids[`${team}-shop`],
        key: ids[`${team}-1`],
        lines: [ledgerLine({ at: LAST_WEEK })],
        listCostNano: 600_000,
        contractCostNano: 540_000,
        ...fields,
      });
    const rows = [
      rowOf('search', {}),
      rowOf('search', { key: undefined, principal }),
      rowOf('ads', { principal: 'p_other' }),
    ];
    await new LedgerStore(gateway.app.get(DatabaseService, { strict: false }), new ReportingZone('UTC')).write(rows);
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });

  const ask = async (query: string, key = ADMIN_KEY) => {
    const { body, status } = await admin(gateway, `GET /usage?period=last-30-days&${query}`, { key });
    return { status, error: body.error, ...(body as unknown as UsageAnswer) };
  };
  const costs = ({ groups }: UsageAnswer) => groups.map(({ name, usage }) => [name, usage.listCostUsd]);

  it('shows names beside ids, and takes both as filters', async () => {
    expect(costs(await ask('by=team', AUDITOR_KEY))).toEqual([
      ['search', '0.0012'],
      ['ads', '0.0006'],
    ]);
    expect(costs(await ask('by=application&team=ads'))).toEqual([['ads-shop', '0.0006']]);
    expect(costs(await ask(`by=key&team=${ids['search']}`))).toEqual([['search-1', '0.0006']]);
    expect((await ask('application=search-shop')).totals.usage).toMatchObject({ listCostUsd: '0.0012', requests: 2 });
    expect((await ask('team=unknown')).totals.usage).toMatchObject({ listCostUsd: '0', requests: 0 });
  });

  it('shows a team-admin the own team only', async () => {
    const asked = (query: string) => ask(query, TEAM_ADMIN_KEY);
    expect((await asked('')).totals.usage).toMatchObject({ listCostUsd: '0.0012', requests: 2 });
    expect(costs(await asked('by=team'))).toEqual([['search', '0.0012']]);
    expect(costs(await asked('by=application'))).toEqual([['search-shop', '0.0012']]);
    expect(costs(await asked('by=key'))).toEqual([['search-1', '0.0006']]);
    expect((await asked('by=model')).groups).toMatchObject([{ id: 'claude-sonnet-4-5', usage: { requests: 2 } }]);
    for (const [query, param] of [
      ['team=ads', 'team'],
      ['key=ads-1', 'key'],
      ['application=ads-shop', 'application'],
      ['by=application&application=ads-shop', 'application'],
      ['by=principal', 'by'],
      ['by=region', 'by'],
      ['by=costCenter', 'by'],
      ['interval=hour', 'team'],
      ['principal=p_other', 'principal'],
    ]) {
      const { error, status } = await asked(query!);
      expect([query, status >= 400, error.param]).toEqual([query, true, param]);
    }
  });

  it('shows a member its own requests and keys only', async () => {
    const asked = (query: string) => ask(query, member);
    expect((await asked('')).totals.usage).toMatchObject({ listCostUsd: '0.0006', requests: 1 });
    expect((await asked('by=principal')).groups).toHaveLength(1);
    expect((await asked('by=key')).groups).toEqual([]);
    for (const query of ['by=team', 'team=search', 'principal=p_other', 'key=ads-1', 'by=region', 'interval=hour']) {
      expect([query, (await asked(query)).status >= 400]).toEqual([query, true]);
    }
  });

  it('is closed to API keys', async () => {
    expect((await ask('', KEY)).status).toBe(403);
  });

  it.each([
    ['by', 'by=colour'],
    ['interval', 'interval=minute'],
    ['period', 'period=last-year'],
    ['compare', 'compare=next'],
    ['limit', 'limit=0'],
    ['limit', 'by=team&limit=5000&interval=day'],
    ['colour', 'colour=red'],
    ['team', 'team=a&team=b'],
    ['team', `team=${'a'.repeat(300)}`],
    ['team', 'team=%00'],
  ])('names %s in the error of ?%s', async (param, query) => {
    const { error, status } = await ask(query);
    expect([status, error.param]).toEqual([400, param]);
  });

  it.each([
    ['from', 'from=2026-02-30'],
    ['from', 'from=2026-13'],
    ['to', 'from=2026-01-01&to=1e3'],
    ['from', 'to=2026-01-01'],
    ['from', 'from=2026-02-01&to=2026-01-01'],
    ['from', 'from=2000-01-01'],
    ['period', 'from=2026-01-01&period=today'],
  ])('names %s in the error of the range %s', async (param, query) => {
    const { body, status } = await admin(gateway, `GET /usage?${query}`);
    expect([status, body.error.param]).toEqual([400, param]);
  });

  it('answers with CSV by header or parameter', async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const path = '/admin/v1/usage?by=team&period=last-30-days';
    const byHeader = await gateway.send(path, { headers: { ...headers, accept: 'text/csv' } });
    const byParameter = await gateway.send(`${path}&format=csv`, { headers });
    expect(byHeader.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const text = await byHeader.text();
    expect(await byParameter.text()).toBe(text);
    expect(text.split('\r\n')[1]).toContain(`,${ids['search']},search,0.0012,0.00108,0,0,2,`);
  });

  it('is a command that prints the cost of last week per team', async () => {
    const output: string[] = [];
    const terminal = {
      environment: { OUTCROP_ADMIN_URL: gateway.url, OUTCROP_ADMIN_KEY: ADMIN_KEY },
      print: (text: string) => void output.push(text),
      report: (text: string) => void output.push(text),
      isOutputTerminal: false,
      isErrorTerminal: false,
    };
    expect(await runAdmin(['usage', '--by', 'team', '--last-week', '--format', 'csv'], terminal)).toBe(0);
    expect(output.join('')).toMatch(new RegExp(`^from,to,team,.*\r\n.*,${ids['search']},search,0.0012,`));
    output.length = 0;
    expect(await runAdmin(['usage', '--by', 'team', '--last-30-days', '--compare', '--forecast'], terminal)).toBe(0);
    expect(output.join('')).toMatch(
      /TEAM +LIST COST +CONTRACT COST +PREVIOUS +FORECAST +REQUESTS +INPUT +OUTPUT\nsearch +0\.0012 +0\.00108 +0 /,
    );
    expect(await runAdmin(['usage', '--today', '--last-week'], terminal)).toBe(2);
    expect(await runAdmin(['usage', '--by', 'colour'], terminal)).toBe(1);
  });
});
