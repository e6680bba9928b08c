import { jest } from '@jest/globals';
import { describeDatabases, describePostgres } from '../database/databases.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { LedgerAdjustments } from '../../src/ledger/closing/ledger-adjustments.ts';
import { MonthClosing } from '../../src/ledger/closing/month-closing.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import { readAll } from './ledger-database.ts';
import { ledgerLine, ledgerRow } from './ledger-rows.ts';

const ZONE = 'Europe/Berlin';
const COST = { listCostNano: 600_000, contractCostNano: 540_000 };
const rowAt = (time: string, team = 'a') => {
  const at = Date.parse(time);
  return ledgerRow({ at, team, ...COST, lines: [ledgerLine({ at })] });
};

async function ledgerOf(database: DatabaseService) {
  const config = new GatewayConfig();
  config.ledger.timeZone = ZONE;
  const zone = new ReportingZone(ZONE);
  const closing = new MonthClosing(config, database);
  const close = async (month: string) => {
    const manifest = await closing.freeze(month);
    const hash = await database.transaction((transaction) => closing.complete(transaction, manifest));
    return { manifest, hash };
  };
  return {
    zone,
    closing,
    close,
    store: new LedgerStore(database, zone),
    adjustments: new LedgerAdjustments(config, database),
  };
}

const sumsOf = (database: DatabaseService, dimension: string) =>
  readAll(
    database,
    `select period, requests, contract_cost from ledger_rollup where dimension = '${dimension}' order by period`,
  );

describeDatabases('a closed month', (test) => {
  it('keeps its sums, and late rows count into the present month', async () => {
    const database = await test.connect();
    const { close, closing, store, zone } = await ledgerOf(database);
    // 23:30 UTC on 30 September is in October in Berlin, and the same time on 31 October in November.
    await store.write([rowAt('2026-09-30T23:30:00Z'), rowAt('2026-10-05T10:00:00Z'), rowAt('2026-10-31T23:30:00Z')]);
    const { hash, manifest } = await close('2026-10');
    const team = manifest.dimensions.find(({ dimension }) => dimension === 'team')!;
    expect(team).toMatchObject({ count: 2, totals: { requests: '2', contract_cost: '1080000' } });
    expect(manifest.dimensions).toHaveLength(9);
    expect(manifest.dimensions.every(({ totals }) => totals['contract_cost'] === '1080000')).toBe(true);
    expect(manifest.priceVersions).toEqual([
      { version: 'test', lines: 2, listCost: '1200000', contractCost: '1080000' },
    ]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);

    const late = [rowAt('2026-10-06T10:00:00Z'), rowAt('2026-10-07T10:00:00Z'), ledgerRow({ team: 'a', ...COST })];
    await store.write(late);
    await store.write(late);
    const today = zone.day(Date.now());
    expect(await sumsOf(database, 'team')).toEqual([
      { period: '2026-10-01', requests: '1', contract_cost: '540000' },
      { period: '2026-10-05', requests: '1', contract_cost: '540000' },
      { period: '2026-11-01', requests: '1', contract_cost: '540000' },
      { period: today, requests: '3', contract_cost: String(3 * 540_000) },
    ]);
    const months = await sumsOf(database, 'key_month');
    expect(months.find(({ period }) => period === '2026-10')).toMatchObject({ requests: '2' });
    expect(
      await readAll(database, 'select row_id, kind, month, counted_on from ledger_adjustment order by row_id'),
    ).toEqual(late.slice(0, 2).map(({ id }) => ({ row_id: id, kind: 'late', month: '2026-10', counted_on: today })));
    expect(await closing.verify('2026-10')).toEqual({
      month: '2026-10',
      valid: true,
      manifestHash: hash,
      differences: [],
    });
    await expect(closing.freeze('2026-10')).rejects.toMatchObject({ code: 'invalid_state' });
  });

  it('shows which sums were changed', async () => {
    const database = await test.connect();
    const { close, closing, store } = await ledgerOf(database);
    await store.write([rowAt('2026-10-05T10:00:00Z', 'a'), rowAt('2026-10-05T10:00:00Z', 'b')]);
    await close('2026-10');
    // The total stays the same, so only the hash shows the change.
    await readAll(
      database,
      "update ledger_rollup set contract_cost = contract_cost + case member when 'a' then 1 else -1 end where dimension = 'team' returning 1 as one",
    );
    await readAll(database, "delete from ledger_rollup where dimension = 'model' returning 1 as one");
    const { differences, valid } = await closing.verify('2026-10');
    expect(valid).toBe(false);
    expect(differences.map(({ dimension, present }) => [dimension, present.count])).toEqual([
      ['team', 2],
      ['model', 0],
    ]);
  });

  it('cannot be closed before its end and 24 hours, also by a clock that is ahead', async () => {
    const database = await test.connect();
    const { closing, zone } = await ledgerOf(database);
    const present = zone.day(Date.now()).slice(0, 7);
    await expect(closing.freeze(present)).rejects.toMatchObject({ code: 'invalid_state' });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 90 * 86_400_000);
    await expect(closing.freeze(present)).rejects.toMatchObject({ code: 'invalid_state' });
    now.mockReturnValue(Date.parse('2026-09-01T00:00:00Z'));
    await expect(closing.freeze('2026-08')).rejects.toMatchObject({ code: 'invalid_state' });
    now.mockReturnValue(Date.parse('2026-09-01T22:00:00Z'));
    await expect(closing.freeze('2026-08')).resolves.toMatchObject({ month: '2026-08' });
    now.mockRestore();
    await expect(closing.freeze('2026-13')).rejects.toMatchObject({ param: 'month' });
    // The close of August was interrupted, and may be repeated.
    expect(await closing.find('2026-08')).toMatchObject({ manifest: null });
    await expect(closing.verify('2026-08')).rejects.toMatchObject({ code: 'invalid_state' });
    await expect(closing.freeze('2026-08')).resolves.toMatchObject({ month: '2026-08' });
  });

  it('is corrected by a row of the present month that names the corrected row', async () => {
    const database = await test.connect();
    const { adjustments, close, closing, store, zone } = await ledgerOf(database);
    const row = rowAt('2026-10-05T10:00:00Z');
    await store.write([row]);
    await close('2026-10');
    const adjust = (corrects: string) =>
      database.transaction((transaction) =>
        adjustments.write(transaction, { corrects, listCost: -600_000n, contractCost: -40_000n, reason: 'credit' }),
      );
    await adjustments.prepare();
    const { countedOn, id } = await adjust(row.id);
    expect(countedOn).toBe(zone.day(Date.now()));
    expect(
      await readAll(database, 'select id, key_id, requests, contract_cost, corrects_id from ledger_row order by at'),
    ).toEqual([
      { id: row.id, key_id: 'key_1', requests: '1', contract_cost: '540000', corrects_id: null },
      { id, key_id: 'key_1', requests: '0', contract_cost: '-40000', corrects_id: row.id },
    ]);
    const sums = await readAll(
      database,
      `select dimension, sum(requests) as requests, sum(list_cost) as list_cost, sum(contract_cost) as contract_cost
       from ledger_rollup group by dimension`,
    );
    expect(sums).toHaveLength(9);
    for (const { dimension, ...sum } of sums) {
      expect([dimension, sum]).toEqual([dimension, { requests: '1', list_cost: '0', contract_cost: '500000' }]);
    }
    expect((await closing.verify('2026-10')).valid).toBe(true);
    await expect(adjust(id)).rejects.toMatchObject({ param: 'corrects' });
    await expect(adjust('00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'not_found' });
    await expect(adjust("x' or 1=1")).rejects.toMatchObject({ param: 'corrects' });
  });
});

describePostgres('a month that is closed while rows are written', (test) => {
  it('has the same sums as its manifest', async () => {
    const url = await test.createDatabase();
    const [database, other] = await Promise.all([test.connect({ url }), test.connect({ url })]);
    const { close, closing, store } = await ledgerOf(database);
    const writer = (await ledgerOf(other)).store;
    await store.write([rowAt('2026-10-01T10:00:00Z')]);
    const state = { isClosed: false };
    const writing = (async () => {
      for (let batch = 0; !state.isClosed && batch < 500; batch += 1) {
        await writer.write(Array.from({ length: 20 }, () => rowAt('2026-10-05T10:00:00Z')));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await close('2026-10');
    state.isClosed = true;
    await writing;
    expect((await closing.verify('2026-10')).valid).toBe(true);
    const [sum] = await readAll(database, "select sum(requests) as sum from ledger_rollup where dimension = 'team'");
    const [rows] = await readAll(database, 'select count(*) as sum from ledger_row');
    expect(sum).toEqual(rows);
  });
});
