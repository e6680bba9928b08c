import { GatewayConfig } from '../../../src/config/gateway-config.ts';
import type { DatabaseService } from '../../../src/database/database.service.ts';
import { readLedgerDay } from '../../../src/ledger/reconciliation/drift/ledger-cells.ts';
import { ledgerCellJson, ledgerCellOf } from '../../../src/ledger/reconciliation/drift/ledger-cell-json.ts';
import { openMonths, reconcileMonth } from '../../../src/ledger/reconciliation/reconcile-month.ts';
import {
  readReconciledMonths,
  readReconciliation,
  storeReconciliation,
} from '../../../src/ledger/reconciliation/reconciliation-store.ts';
import { ReportingZone } from '../../../src/ledger/rollups/reporting-zone.ts';
import { LedgerStore } from '../../../src/ledger/writer/ledger-store.ts';
import { describeDatabases } from '../../database/databases.ts';
import { ledgerLine, ledgerRow } from '../ledger-rows.ts';
import { billFolder } from './bill-files.ts';
import { claudeLine, fakeCsvGz, GATEWAY_ROLE, RESEARCH_ACCOUNT } from './fake-bill.ts';

const NOW = Date.parse('2026-11-30T00:00:00Z');

/** Returns a row of Claude Opus 5.5: a million tokens of input for 4 USD, and 1,000 written for an hour for 0.008 USD. */
function opusRow(time: string, more: Partial<Parameters<typeof ledgerLine>[0]> = {}) {
  const at = Date.parse(time);
  const cost = { listCostNano: 4_008_000_000, contractCostNano: 4_008_000_000 };
  const units = [
    { kind: 'input' as const, count: 1_000_000, unitPricePico: 4_000_000 },
    { kind: 'cacheWrite1h' as const, count: 1_000, unitPricePico: 8_000_000 },
  ];
  return ledgerRow({
    at,
    ...cost,
    lines: [ledgerLine({ at, model: 'claude-opus-5-5', region: 'us-west-2', ...cost, units, ...more })],
  });
}

describeDatabases('the comparison of a month', (test) => {
  let database: DatabaseService;
  const settings = new GatewayConfig();
  settings.ledger.reconciliation.roles = [GATEWAY_ROLE];
  settings.bedrock.accounts = [
    { name: 'research', roleArn: `arn:aws:iam::${RESEARCH_ACCOUNT}:role/outcrop`, sessionName: 'outcrop' },
  ];

  beforeAll(async () => {
    database = await test.connect({ url: await test.createDatabase() });
    const store = new LedgerStore(database, new ReportingZone('Europe/Berlin'));
    // Days of the bill are in UTC: the last row of the 10th is of the 11th in Berlin.
    await store.write([
      opusRow('2026-11-10T00:00:00Z'),
      opusRow('2026-11-10T23:59:59.999Z', { isEstimated: true }),
      opusRow('2026-11-11T00:00:00Z', { account: 'research' }),
    ]);
  });

  it('reads the sums of a day in UTC', async () => {
    const cells = await readLedgerDay(database, '2026-11-10');
    expect(cells).toEqual([
      {
        account: '',
        day: '2026-11-10',
        model: 'claude-opus-5-5',
        tier: 'default',
        region: 'us-west-2',
        quantities: {
          input: 2_000_000n,
          output: 0n,
          cacheRead: 0n,
          cacheWrite5m: 0n,
          cacheWrite1h: 2_000n,
          image: 0n,
          guardrail: 0n,
        },
        calls: 2n,
        estimatedCalls: 1n,
        listNano: 8_016_000_000n,
        contractNano: 8_016_000_000n,
        estimatedNano: 4_008_000_000n,
      },
    ]);
    expect(cells.map(ledgerCellJson).map(ledgerCellOf)).toEqual(cells);
    expect(await readLedgerDay(database, '2026-11-12')).toEqual([]);
  });

  it('compares two accounts, and stores the latest result', async () => {
    const write = { tokens: 2_000, usd: '8', what: 'cache_write_tokens_1h_global_standard' };
    const research = { line_item_usage_account_id: RESEARCH_ACCOUNT, line_item_iam_principal: '' };
    const day = { what: 'input_tokens_global_standard', usd: '4' };
    const folder = await billFolder({
      'bill.csv.gz': fakeCsvGz([
        claudeLine({ ...day, tokens: 2_000_000 }),
        claudeLine(write),
        claudeLine({ ...day, tokens: 1_000_000, day: '2026-11-11' }, research),
      ]),
    });
    const ledgerDay = (each: string) => readLedgerDay(database, each);
    const parts = { settings, locations: [folder], month: '2026-11', now: NOW, ledgerDay };
    const report = await reconcileMonth(parts);
    expect(report.days.map(({ account, list, day: on }) => [on, account, list.aws, list.ledger, list.drift])).toEqual([
      ['2026-11-10', '', '8.016', '8.016', '0'],
      ['2026-11-11', 'research', '4', '4.008', '-0.008'],
    ]);
    expect([report.from, report.to, report.isWithinLimit]).toEqual(['2026-11-01', '2026-11-30', true]);
    await storeReconciliation(database, { ...report, computedAt: '2026-11-29T00:00:00.000Z' });
    await storeReconciliation(database, report);
    expect(await readReconciledMonths(database)).toEqual([{ month: '2026-11', computedAt: report.computedAt }]);
    expect(await readReconciliation(database, '2026-11')).toEqual(report);
    expect(await readReconciliation(database, '2026-10')).toBeUndefined();
  });
});

describe('the months of the job', () => {
  it.each([
    ['2026-11-30', ['2026-11']],
    ['2026-12-01', ['2026-11']],
    ['2026-12-02', ['2026-11', '2026-12']],
    ['2026-12-11', ['2026-11', '2026-12']],
    ['2026-12-12', ['2026-12']],
    ['2027-01-02', ['2026-12', '2027-01']],
  ])('on %s are %j', (day, months) => {
    expect(openMonths(Date.parse(`${day}T06:00:00Z`))).toEqual(months);
  });
});
