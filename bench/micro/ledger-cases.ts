import type { Request, Response } from 'express';
import type { Bench } from 'tinybench';
import { encodeRow } from '../../src/ledger/journal/journal-line.ts';
import { prepareBatch } from '../../src/ledger/preparation/prepared-batch.ts';
import { RequestRecorder } from '../../src/ledger/recording/request-recorder.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import type { RequestContext } from '../../src/request/request-context.ts';
import { ledgerLine, ledgerRow, ledgerRows } from '../../test/ledger/ledger-rows.ts';

const BATCH_ROWS = 500;
/** Rows that are kept at a time, as the journal keeps those of 40 ms. */
const KEPT_ROWS = 64;

/** Measures what a request does for its row, and what happens to rows in the background. */
export function addLedgerCases(bench: Bench): void {
  const kept: LedgerRow[] = [];
  let appended = 0;
  const recorder = new RequestRecorder({ isEnabled: true, append: (row) => void (kept[appended++ % KEPT_ROWS] = row) });
  const request = { method: 'POST', path: '/v1/chat/completions', route: { path: '/v1/chat/completions' } };
  const response = { writableFinished: true, headersSent: true, statusCode: 200 };
  bench.add('ledger: id, row and append of a request', () => {
    const context = contextOfRequest();
    recorder.started(request as unknown as Request, response as Response, context)!();
  });
  const row = ledgerRow();
  bench.add('ledger: journal line of a row', () => void encodeRow(row));
  const lines = ledgerRows(BATCH_ROWS).map((each) => JSON.stringify(each));
  const rules = { now: Date.now(), keptDays: 184, timeZone: 'UTC' };
  bench.add(`ledger: ${BATCH_ROWS} rows prepared in the thread`, () => void prepareBatch({ lines, ...rules }));
}

function contextOfRequest(): RequestContext {
  return {
    id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    caller: { name: 'bench', id: 'key_1', team: { id: 'team_1' }, costCenter: 'CC-1' },
    startedAt: performance.now(),
    attempts: { isOpen: false, hasBegun: true, totalMs: () => 12.3 },
    report: {
      model: 'claude-haiku-4-5',
      target: 'us-east-1/model',
      lines: [ledgerLine()],
      priceSource: 'list',
      upstreamRequestId: 'aws-1',
    },
  } as unknown as RequestContext;
}
