import type { AlertCase } from '../alert-case.ts';

/** Conditions of the export of the ledger. */
export const cases: readonly AlertCase[] = [
  {
    name: 'ledger-export',
    condition: 'no export of the ledger to S3 has ever been complete',
    alerts: { OutcropLedgerExportLate: {} },
    traffic: 'none',
    needs: 'postgres',
    settings: ({ postgres }) => ({
      database: { url: postgres!.url },
      ledger: { export: { url: 's3://outcrop-alerts/charges' } },
    }),
    async provoke({ postgres }) {
      const { server, url } = postgres!;
      await server.query('update ledger_export_run set enabled_at = 0', url);
      return async () => {
        const now = 'cast(extract(epoch from now()) * 1000 as bigint)';
        await server.query(`update ledger_export_run set completed_at = ${now}`, url);
      };
    },
  },
];
