import { describeDatabases } from '../database/databases.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { DatabaseService } from '../../src/database/database.service.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { usageCsv } from '../../src/ledger/usage/usage-csv.ts';
import type { UsageQuery } from '../../src/ledger/usage/usage-query.ts';
import { UsageService } from '../../src/ledger/usage/usage.service.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import { ledgerLine, ledgerRow } from './ledger-rows.ts';

const ZONE = 'Europe/Berlin';
const COST = { listCostNano: 600_000, contractCostNano: 540_000 };

/** Returns a row with one line at a UTC time. */
function rowAt(time: string, fields: Partial<LedgerRow> = {}, line: Partial<LedgerRow['lines'][number]> = {}) {
  const at = Date.parse(time);
  return ledgerRow({ at, ...COST, lines: [ledgerLine({ at, ...line })], ...fields });
}

/** 23:30 UTC on 31 October is in November in Berlin; the clocks changed on 25 October. */
const ROWS = [
  rowAt('2026-10-24T21:59:00Z', { team: 'a' }),
  rowAt('2026-10-24T22:00:00Z', { team: 'a', key: 'key_2', principal: 'p_2' }),
  rowAt('2026-10-25T22:59:00Z', { team: 'b' }, { model: 'nova-pro', region: 'us-east-1', tier: 'flex' }),
  rowAt('2026-10-25T23:00:00Z', { team: 'b', principal: 'p_1' }, { account: 'research', isEstimated: true }),
  rowAt('2026-10-31T23:30:00Z', { team: 'a', key: 'key_2' }),
  rowAt('2026-11-01T10:00:00Z', { team: undefined, status: 'failed' }),
  ledgerRow({
    at: Date.parse('2026-11-01T10:20:00Z'),
    team: 'c',
    status: 'refused',
    count: 7,
    modelAnswering: undefined,
    lines: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
    listCostNano: 0,
    contractCostNano: 0,
  }),
];

const QUERY: UsageQuery = {
  from: '2026-10-24',
  to: '2026-11-01',
  filters: {},
  limit: 10,
  isCompared: false,
  hasForecast: false,
};

describeDatabases('usage', (test) => {
  let database: DatabaseService;
  let usage: UsageService;
  beforeAll(async () => {
    database = await test.connect();
    await new LedgerStore(database, new ReportingZone(ZONE)).write(ROWS);
    const config = new GatewayConfig();
    config.ledger.timeZone = ZONE;
    usage = new UsageService(config, database);
  });
  const ask = async (query: Partial<UsageQuery>) => {
    const [report] = await usage.reports([{ query: () => ({ ...QUERY, ...query }), nameOf: (_by, id) => `the ${id}` }]);
    return report!;
  };
  const costs = ({ groups }: Awaited<ReturnType<typeof ask>>) =>
    groups.map(({ id, usage: { listCostUsd, requests, calls } }) => [id, listCostUsd, requests ?? calls]);

  it('sums teams, with names, and the rest beyond the limit', async () => {
    const report = await ask({ by: 'team' });
    expect(costs(report)).toEqual([
      ['a', '0.0018', 3],
      ['b', '0.0012', 2],
      [null, '0.0006', 1],
      ['c', '0', 7],
    ]);
    expect(report.groups.map(({ name }) => name)).toEqual(['the a', 'the b', null, 'the c']);
    expect(report.other).toBeNull();
    expect(report.totals.usage).toEqual({
      requests: 13,
      failed: 1,
      refused: 7,
      canceled: 0,
      lost: 0,
      cacheHits: 0,
      estimatedRequests: 0,
      tokens: { input: 600, output: 120, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
      listCostUsd: '0.0036',
      contractCostUsd: '0.00324',
      estimatedCostUsd: '0.00054',
      savedCostUsd: '0',
    });
    const limited = await ask({ by: 'team', limit: 1, interval: 'month' });
    expect(costs(limited)).toEqual([['a', '0.0018', 3]]);
    expect(limited.other).toMatchObject({ groups: 3, usage: { listCostUsd: '0.0018', requests: 10 } });
    expect(limited.other!.intervals).toEqual([
      { start: '2026-10', usage: expect.objectContaining({ listCostUsd: '0.0012', requests: 2 }) },
      { start: '2026-11', usage: expect.objectContaining({ listCostUsd: '0.0006', requests: 8 }) },
    ]);
    expect(limited.totals.usage).toEqual(report.totals.usage);
  });

  it('counts days in the reporting zone, for sums of days and of quarter hours', async () => {
    const days = [
      ['2026-10-24', '0.0006'],
      ['2026-10-25', '0.0012'],
      ['2026-10-26', '0.0006'],
      ['2026-11-01', '0.0012'],
    ];
    for (const by of [undefined, 'team', 'model', 'region', 'tier', 'account'] as const) {
      const { totals } = await ask({ by, interval: 'day' });
      expect([by, totals.intervals!.map(({ start, usage }) => [start, usage.listCostUsd])]).toEqual([by, days]);
    }
  });

  it('groups calls by tier, region and account, with filters', async () => {
    expect(costs(await ask({ by: 'tier' }))).toEqual([
      ['default', '0.003', 5],
      ['flex', '0.0006', 1],
    ]);
    expect(costs(await ask({ by: 'region', filters: { tier: ['flex'] } }))).toEqual([['us-east-1', '0.0006', 1]]);
    expect(costs(await ask({ by: 'account', filters: { model: ['claude-sonnet-4-5'] } }))).toEqual([
      [null, '0.0024', 4],
      ['research', '0.0006', 1],
    ]);
    const hours = await ask({ by: 'model', interval: 'hour', from: '2026-10-25', to: '2026-10-25' });
    expect(hours.groups.map(({ id, intervals }) => [id, intervals!.map(({ start }) => start)])).toEqual([
      ['claude-sonnet-4-5', ['2026-10-24T22:00Z']],
      ['nova-pro', ['2026-10-25T22:00Z']],
    ]);
    const quarters = await ask({ interval: 'quarter-hour', from: '2026-10-25', to: '2026-10-25' });
    expect(quarters.totals.intervals!.map(({ start }) => start)).toEqual(['2026-10-24T22:00Z', '2026-10-25T22:45Z']);
  });

  it('combines teams and models, and keys or principals and models by month', async () => {
    expect(costs(await ask({ by: 'model', filters: { team: ['b'] } }))).toEqual([
      // A request counts under the model that answered, a call under its own.
      ['claude-sonnet-4-5', '0.0006', 2],
      ['nova-pro', '0.0006', 0],
    ]);
    expect(costs(await ask({ by: 'team', filters: { model: ['nova-pro'] } }))).toEqual([['b', '0.0006', 0]]);
    const october = { from: '2026-10-01', to: '2026-10-31' };
    expect(costs(await ask({ ...october, by: 'model', filters: { key: ['key_2'] } }))).toEqual([
      ['claude-sonnet-4-5', '0.0006', 1],
    ]);
    expect(costs(await ask({ ...october, by: 'key' }))).toEqual([
      ['key_1', '0.0018', 3],
      ['key_2', '0.0006', 1],
    ]);
    expect(costs(await ask({ by: 'key' }))).toEqual([
      ['key_1', '0.0024', 11],
      ['key_2', '0.0012', 2],
    ]);
    // People are in the order of their ids, not of their cost.
    expect(costs(await ask({ by: 'principal' })).map(([id]) => id)).toEqual([null, 'p_1', 'p_2']);
  });

  it('compares with the same length before, and shows groups without usage there as 0', async () => {
    const report = await ask({ by: 'team', from: '2026-10-26', to: '2026-11-01', isCompared: true });
    expect(report.previous).toEqual({ from: '2026-10-19', to: '2026-10-25' });
    expect(report.totals.previous).toMatchObject({ listCostUsd: '0.0018', requests: 3 });
    expect(report.groups.map(({ id, previous }) => [id, previous!.listCostUsd])).toEqual([
      [null, '0'],
      ['a', '0.0012'],
      ['b', '0.0006'],
      ['c', '0'],
    ]);
    const months = await ask({ from: '2026-10-01', to: '2026-10-31', isCompared: true });
    expect(months.previous).toEqual({ from: '2026-09-01', to: '2026-09-30' });
  });

  it('forecasts the end of the present month by its run rate', async () => {
    const now = Date.now();
    const zone = new ReportingZone(ZONE);
    const month = zone.day(now).slice(0, 7);
    await new LedgerStore(database, zone).write([ledgerRow({ at: now, team: 'f', ...COST, lines: [ledgerLine()] })]);
    const report = await ask({ by: 'team', from: `${month}-01`, to: zone.day(now), hasForecast: true });
    const { forecast } = report.groups.find(({ id }) => id === 'f')!;
    // On the first day of a month, there is no forecast.
    if (zone.day(now).endsWith('-01')) return expect(forecast).toBeNull();
    expect(forecast!.month).toBe(month);
    expect(Number(forecast!.listCostUsd)).toBeGreaterThanOrEqual(0.0006);
    expect(Number(forecast!.listCostUsd)).toBeLessThanOrEqual(0.0006 * 31);
  });

  it('writes CSV whose rows sum to the total, with escaped names', async () => {
    const [report] = await usage.reports([
      { query: () => ({ ...QUERY, by: 'team', limit: 2 }), nameOf: (_by, id) => (id === 'a' ? '=1+1, "x"' : '@b') },
    ]);
    const lines = usageCsv(report!).split('\r\n');
    expect(lines[0]).toBe(
      'from,to,team,team_name,list_cost_usd,contract_cost_usd,estimated_cost_usd,saved_cost_usd,requests,failed,refused,canceled,lost,cache_hits,estimated_requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,cache_write_1h_tokens',
    );
    expect(lines.slice(1)).toEqual([
      `2026-10-24,2026-11-01,a,"'=1+1, ""x""",0.0018,0.00162,0,0,3,0,0,0,0,0,0,300,60,0,0,0`,
      `2026-10-24,2026-11-01,b,'@b,0.0012,0.00108,0.00054,0,2,0,0,0,0,0,0,200,40,0,0,0`,
      '2026-10-24,2026-11-01,,(other),0.0006,0.00054,0,0,8,1,7,0,0,0,0,100,20,0,0,0',
      '',
    ]);
  });

  it('fails with 503 while the database is away, and with 409 without a ledger', async () => {
    const config = new GatewayConfig();
    const failing = new DatabaseService(config.database, () => Promise.reject(new Error('refused')));
    await failing.start();
    const request = [{ query: () => QUERY }];
    await expect(new UsageService(config, failing).reports(request)).rejects.toMatchObject({ status: 503 });
    await failing.onApplicationShutdown();
    const none = new UsageService(config, new DatabaseService(config.database));
    await expect(none.reports(request)).rejects.toMatchObject({ code: 'invalid_state' });
  });

  it.each([
    ['application', { by: 'team', filters: { application: ['x'] } }],
    ['team', { by: 'region', filters: { team: ['x'] } }],
    ['by', { by: 'team', interval: 'hour' }],
    ['by', { by: 'team', filters: { region: ['x'] } }],
    ['model', { by: 'costCenter', filters: { model: ['x'] } }],
    ['from', { by: 'model', filters: { key: ['x'] } }],
    ['from', { by: 'team', from: '2025-10-30' }],
    ['from', { by: 'tier', from: '2026-09-30' }],
    ['from', { by: 'key', from: '2026-08-02', to: '2026-10-30' }],
    ['interval', { by: 'tier', interval: 'month' }],
  ] as [string, Partial<UsageQuery>][])(
    'names the parameter %s of a query that no table answers',
    async (param, query) => {
      await expect(ask(query)).rejects.toMatchObject({ code: 'invalid_value', param });
    },
  );
});
