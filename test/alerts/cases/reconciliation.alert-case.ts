import { tmpdir } from 'node:os';
import type { AlertCase } from '../alert-case.ts';

/** Statements that store a comparison: of now and without drift, or with drift, or of three days ago. */
function storedComparison(isWithinLimit: boolean, at: Date): string {
  const cost = { aws: '1', ledger: '1', drift: '0', driftPercent: isWithinLimit ? 0 : 5 };
  const total = { list: cost, contract: cost, absoluteListDrift: '0', absoluteContractDrift: '0' };
  const report = { month: '2026-11', computedAt: at.toISOString(), isWithinLimit, settled: total, provisional: total };
  const text = JSON.stringify({ ...report, causes: [], uncompared: [], days: [], attribution: [] });
  return (
    "delete from ledger_reconciliation where month = '2026-11'; " +
    `insert into ledger_reconciliation (month, computed_at, report) values ('2026-11', '${at.toISOString()}', '${text}')`
  );
}

const DAYS_AGO_MS = 4 * 86_400_000;

/** Conditions of the comparison with AWS's bill, as another process has stored it. */
export const cases: readonly AlertCase[] = [
  {
    name: 'reconciliation',
    condition: 'the latest comparison has drift, and is old',
    alerts: { OutcropLedgerDrift: {}, OutcropReconciliationLate: {} },
    traffic: 'none',
    needs: 'postgres',
    settings: ({ postgres }) => ({
      database: { url: postgres!.url },
      ledger: { reconciliation: { cur: tmpdir() } },
    }),
    async provoke({ postgres }) {
      await postgres!.server.query(storedComparison(false, new Date(Date.now() - DAYS_AGO_MS)), postgres!.url);
      return async () => {
        await postgres!.server.query(storedComparison(true, new Date()), postgres!.url);
      };
    },
  },
];
