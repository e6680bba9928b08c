import type { LedgerLine } from '../../usage/ledger-line.ts';
import { LEDGER_STATUSES, type LedgerRow } from './ledger-row.ts';
import { utcDay } from '../time/utc-time.ts';

/** UUIDv7: its first 48 bits are milliseconds since 1970, RFC 9562. */
const ROW_ID = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ROW_STATUSES: ReadonlySet<unknown> = new Set(LEDGER_STATUSES);
const LAST_DAY_MS = Date.parse('9999-12-31T00:00:00Z');

const ROW_TEXTS = ['requestId', 'endpoint', 'method'] as const;
const ROW_OPTIONAL_TEXTS = [
  'traceId',
  'key',
  'team',
  'application',
  'principal',
  'costCenter',
  'modelAsked',
  'modelAnswering',
  'errorCode',
  'errorSource',
  'cache',
  'priceSource',
] as const;
const ROW_NUMBERS = ['at', 'httpStatus', 'durationMs', 'retries', 'listCostNano', 'contractCostNano', 'count'] as const;
const ROW_OPTIONAL_NUMBERS = ['firstEventMs', 'savedNano'] as const;
const USAGE_NUMBERS = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h'] as const;
const LINE_TEXTS = ['model', 'region', 'tier', 'priceVersion', 'priceSource'] as const;
const LINE_OPTIONAL_TEXTS = ['target', 'profile', 'account', 'upstreamRequestId'] as const;
const LINE_NUMBERS = ['at', 'listCostNano', 'contractCostNano'] as const;

/** A text that is not a row of the ledger. */
export class LedgerRowError extends Error {
  override readonly name = 'LedgerRowError';
}

type RowFields = Readonly<Record<string, unknown>>;

/** Parses a row from its JSON. Throws LedgerRowError with the path of the first wrong field. */
export function parseLedgerRow(json: string): LedgerRow {
  const row = objectAt(jsonOf(json), 'row');
  if (row['day'] !== dayOfId(row['id'])) throw new LedgerRowError('day is not the UTC day of id');
  if (!ROW_STATUSES.has(row['status'])) throw new LedgerRowError('status is unknown');
  checkTexts(row, ROW_TEXTS, ROW_OPTIONAL_TEXTS, '');
  checkNumbers(row, ROW_NUMBERS, ROW_OPTIONAL_NUMBERS, '');
  if ((row['at'] as number) > LAST_DAY_MS) throw new LedgerRowError('at is after the year 9999');
  checkFlag(row, '');
  checkNumbers(objectAt(row['usage'], 'usage'), USAGE_NUMBERS, [], 'usage.');
  objectAt(row['explain'], 'explain');
  for (const name of ['fallback', 'adjusted']) {
    if (row[name] !== undefined) listAt(row[name], name);
  }
  for (const [index, line] of listAt(row['lines'], 'lines').entries()) checkLine(line, `lines.${index}`);
  return row as unknown as LedgerRow;
}

/** Returns the day of a UUIDv7, YYYY-MM-DD. */
function dayOfId(id: unknown): string {
  const [, high, low] = (typeof id === 'string' ? ROW_ID.exec(id) : null) ?? [];
  if (high === undefined || low === undefined) throw new LedgerRowError('id is not a UUID of version 7');
  const at = Number.parseInt(high + low, 16);
  if (at > LAST_DAY_MS) throw new LedgerRowError('the time of id is after the year 9999');
  return utcDay(at);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LedgerRowError('the text is not JSON');
  }
}

function checkLine(value: unknown, path: string): asserts value is LedgerLine {
  const line = objectAt(value, path);
  checkTexts(line, LINE_TEXTS, LINE_OPTIONAL_TEXTS, `${path}.`);
  checkNumbers(line, LINE_NUMBERS, [], `${path}.`);
  if ((line['at'] as number) > LAST_DAY_MS) throw new LedgerRowError(`${path}.at is after the year 9999`);
  checkFlag(line, `${path}.`);
  for (const [index, unit] of listAt(line['units'], `${path}.units`).entries()) {
    const at = `${path}.units.${index}`;
    const fields = objectAt(unit, at);
    checkTexts(fields, ['kind'], [], `${at}.`);
    checkNumbers(fields, ['count', 'unitPricePico'], ['contractPricePico'], `${at}.`);
  }
}

function objectAt(value: unknown, path: string): RowFields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RowFields;
  throw new LedgerRowError(`${path} is not an object`);
}

function listAt(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new LedgerRowError(`${path} is not a list`);
}

function checkTexts(fields: RowFields, names: readonly string[], optional: readonly string[], prefix: string): void {
  const wrong =
    names.find((name) => typeof fields[name] !== 'string') ??
    optional.find((name) => fields[name] !== undefined && typeof fields[name] !== 'string');
  if (wrong !== undefined) throw new LedgerRowError(`${prefix}${wrong} is not a text`);
}

/** Numbers are not negative, and at most the largest exact integer. Times may have a fraction. */
function checkNumbers(fields: RowFields, names: readonly string[], optional: readonly string[], prefix: string): void {
  const isWrong = (name: string): boolean => {
    const value = fields[name];
    return typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER);
  };
  const wrong = names.find(isWrong) ?? optional.find((name) => fields[name] !== undefined && isWrong(name));
  if (wrong !== undefined) throw new LedgerRowError(`${prefix}${wrong} is not a number from 0 to 2^53 - 1`);
}

function checkFlag(fields: RowFields, prefix: string): void {
  if (typeof fields['isEstimated'] !== 'boolean') throw new LedgerRowError(`${prefix}isEstimated is not true or false`);
}
