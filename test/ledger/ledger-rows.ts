import { randomBytes } from 'node:crypto';
import type { LedgerLine } from '../../src/usage/ledger-line.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';

/** Returns a UUIDv7 of a time. */
export function uuidAt(at: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Math.floor(at), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Returns a line of one call with 100 input tokens and 20 output tokens. */
export function ledgerLine(fields: Partial<LedgerLine> = {}): LedgerLine {
  return {
    model: 'claude-sonnet-4-5',
    target: 'eu-west-1',
    region: 'eu-west-1',
    profile: 'eu',
    tier: 'default',
    units: [
      { kind: 'input', count: 100, unitPricePico: 3_000_000 },
      { kind: 'output', count: 20, unitPricePico: 15_000_000 },
    ],
    listCostNano: 600_000,
    contractCostNano: 540_000,
    priceVersion: 'test',
    priceSource: 'contract',
    isEstimated: false,
    upstreamRequestId: 'aws-1',
    at: Date.now(),
    ...fields,
  };
}

/** Returns a succeeded row with one line. Its day follows from `at`. */
export function ledgerRow(fields: Partial<LedgerRow> = {}): LedgerRow {
  const at = fields.at ?? Date.now();
  return {
    id: uuidAt(at),
    day: new Date(at).toISOString().slice(0, 10),
    at,
    requestId: 'client-1',
    endpoint: '/v1/chat/completions',
    method: 'POST',
    key: 'key_1',
    team: 'team_1',
    application: 'app_1',
    costCenter: 'CC-1',
    modelAsked: 'sonnet',
    modelAnswering: 'claude-sonnet-4-5',
    status: 'succeeded',
    httpStatus: 200,
    durationMs: 812.4,
    retries: 0,
    usage: { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
    isEstimated: false,
    listCostNano: 600_000,
    contractCostNano: 540_000,
    priceSource: 'contract',
    count: 1,
    explain: { target: 'eu-west-1', upstreamMs: 700 },
    lines: [ledgerLine({ at })],
    ...fields,
  };
}

/** Returns rows of different keys, teams and models. */
export function ledgerRows(count: number, at = Date.now()): LedgerRow[] {
  return Array.from({ length: count }, (_row, index) =>
    ledgerRow({
      at: at + (index % 50),
      key: `key_${index % 7}`,
      team: `team_${index % 3}`,
      principal: `p_${index % 11}`,
    }),
  );
}
