import type { LedgerCell } from '../../../src/ledger/reconciliation/drift/ledger-cells.ts';
import { compareBill, type GatewayAccounts } from '../../../src/ledger/reconciliation/compare-bill.ts';
import type { ModelDayReport, Reconciliation } from '../../../src/ledger/reconciliation/reconciliation.ts';
import { reconciliationReport } from '../../../src/ledger/reconciliation/reconciliation-report.ts';
import { readContent } from './bill-files.ts';
import { type FakeLine, fakeCsv, RESEARCH_ACCOUNT } from './fake-bill.ts';

interface FakeCell extends Partial<Omit<LedgerCell, 'quantities'>> {
  quantities?: Partial<LedgerCell['quantities']>;
}

/** Returns sums of the ledger for Claude Opus 5.5 on 2026-11-10. Money is nano-USD. */
export function fakeCell({ quantities, ...fields }: FakeCell = {}): LedgerCell {
  const listNano = fields.listNano ?? 0n;
  return {
    account: '',
    day: '2026-11-10',
    model: 'claude-opus-5-5',
    tier: 'default',
    region: 'us-west-2',
    calls: 10n,
    estimatedCalls: 0n,
    listNano,
    contractNano: listNano,
    estimatedNano: 0n,
    ...fields,
    quantities: {
      input: 0n,
      output: 0n,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      image: 0n,
      guardrail: 0n,
      ...quantities,
    },
  };
}

export const ACCOUNTS: GatewayAccounts = { named: new Map([['research', RESEARCH_ACCOUNT]]) };

/** Compares lines of a bill with sums of a ledger, on 2026-11-30. */
export async function reconciled(
  lines: readonly FakeLine[],
  cells: readonly LedgerCell[],
  accounts = ACCOUNTS,
  now = Date.parse('2026-11-30T00:00:00Z'),
): Promise<Reconciliation> {
  const bill = await readContent('bill.csv', fakeCsv(lines));
  const compared = compareBill(bill, cells, accounts);
  const days = { month: '2026-11', from: '2026-11-01', to: '2026-11-30' };
  return reconciliationReport({ ...days, now, files: 1, bill, compared, maxDriftPercent: 1 });
}

/** Returns the drift of the only model and day, with its causes as `name amount`. */
export async function driftOf(lines: readonly FakeLine[], cells: readonly LedgerCell[]) {
  const { days } = await reconciled(lines, cells);
  expect(days).toHaveLength(1);
  return describedDrift(days[0]!);
}

export function describedDrift({ causes, list }: ModelDayReport) {
  return {
    drift: list.drift,
    causes: causes.map(({ cause, list: amount }) => `${cause} ${amount}`),
    evidence: causes[0]?.evidence ?? {},
  };
}
