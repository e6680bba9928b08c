import { Registry } from 'prom-client';
import { GatewayConfig } from '../../../src/config/gateway-config.ts';
import { ReconciliationJob } from '../../../src/ledger/reconciliation/reconciliation-job.ts';
import { ReconciliationMetrics } from '../../../src/ledger/reconciliation/reconciliation-metrics.ts';
import { readReconciledMonths } from '../../../src/ledger/reconciliation/reconciliation-store.ts';
import { describeDatabases } from '../../database/databases.ts';
import { billFolder } from './bill-files.ts';
import { claudeLine, fakeCsv } from './fake-bill.ts';

const DAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

describeDatabases('the job of the reconciliation', (test) => {
  it('compares once a day with SQLite only, and shows the latest result as metrics', async () => {
    const database = await test.connect({ url: await test.createDatabase() });
    const settings = new GatewayConfig();
    const line = claudeLine({ tokens: 1_000_000, usd: '4', what: 'input_tokens_global_standard', day: DAY });
    settings.ledger.reconciliation.cur = await billFolder({ 'bill.csv': fakeCsv([line]) });
    const registry = new Registry();
    const job = new ReconciliationJob({ settings, database, metrics: new ReconciliationMetrics(registry) });
    expect(await registry.metrics()).not.toMatch(/^outcrop_ledger_reconciliation/m);
    await job.runIfDue();
    const isSqlite = database.dialect === 'sqlite';
    const months = await readReconciledMonths(database);
    expect(months.some(({ month }) => month === DAY.slice(0, 7))).toBe(isSqlite);
    const text = await registry.metrics();
    expect(text.includes('outcrop_ledger_reconciliation_drift_percent{age="provisional",cost="list"} 100')).toBe(
      isSqlite,
    );
    expect(text.includes('outcrop_ledger_reconciliation_within_limit 1\n')).toBe(isSqlite);
    await job.runIfDue();
    expect(await readReconciledMonths(database)).toEqual(months);
    job.onApplicationShutdown();
  });
});
