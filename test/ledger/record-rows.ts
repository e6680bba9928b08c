/**
 * Records rows with a real ledger, as a gateway does: `node --import ./bench/source-hook.ts test/ledger/record-rows.ts URL FOLDER
 * RATE`. Prints the id of each row after it was appended, with the time. SIGTERM ends it in order, and SIGUSR2 appends a row
 * that PostgreSQL refuses.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { Registry } from 'prom-client';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { DatabaseService } from '../../src/database/database.service.ts';
import { openWithSchema } from '../../src/database/opening/open-with-schema.ts';
import { LedgerMetrics } from '../../src/ledger/writer/ledger-metrics.ts';
import { LedgerService } from '../../src/ledger/ledger.service.ts';
import { ledgerRow, ledgerRows } from './ledger-rows.ts';

/** Milliseconds between two groups of rows. */
const STEP_MS = 10;
const WARM_UP_ROWS = 5_000;

const [url, journalFolder = '', rate = '1000'] = process.argv.slice(2);
const config = new GatewayConfig();
Object.assign(config.database, { url, timeoutMs: 5_000 });
Object.assign(config.ledger, { journalFolder });
const database = new DatabaseService(config.database, () => openWithSchema(config.database));
await database.start();
const ledger = new LedgerService({ config, database, metrics: new LedgerMetrics(new Registry()) });
await ledger.start();

const begun = performance.now();
let appended = 0;
/** State after the warm-up. */
let warm: { cpu: NodeJS.CpuUsage; rows: number } | undefined;
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - begun) / 1_000) * Number(rate)) - appended;
  let text = '';
  for (const row of ledgerRows(due)) {
    ledger.append(row);
    text += `appended ${row.id} ${Date.now()}\n`;
  }
  appended += due;
  if (text !== '') writeSync(1, text);
  if (appended >= WARM_UP_ROWS) warm ??= { cpu: process.threadCpuUsage(), rows: appended };
}, STEP_MS);

// An entry of an index of PostgreSQL has at most 2,704 bytes.
process.on('SIGUSR2', () => {
  const row = ledgerRow({ key: randomBytes(16_384).toString('base64') });
  ledger.append(row);
  writeSync(1, `poisoned ${row.id} ${Date.now()}\n`);
});

process.on('SIGTERM', () => {
  clearInterval(timer);
  // As the gateway does after its last request, with more time, because specs share the machine.
  setTimeout(() => process.exit(1), 20_000).unref();
  void ledger
    .beforeApplicationShutdown()
    .then(() => ledger.onApplicationShutdown())
    .then(() => database.onApplicationShutdown())
    .then(() => {
      const { system, user } = process.cpuUsage();
      writeSync(1, `cpu ${(system + user) / 1_000_000} s for ${appended} rows${mainThreadCost()}\n`);
      process.exit(0);
    });
});

/** Returns the CPU time of the main thread for a row as text; empty before the end of the warm-up. A part of it makes the row. */
function mainThreadCost(): string {
  if (!warm || appended === warm.rows) return '';
  const { system, user } = process.threadCpuUsage(warm.cpu);
  const us = (system + user) / (appended - warm.rows);
  return `, ${us.toFixed(1)} us of the main thread for a row`;
}
