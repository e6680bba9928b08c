import { dateTimePattern, isDay, periodOfDays } from '../../../config/settings/date-time.ts';
import { badRequest } from '../../../errors/errors.ts';
import { parsePosition, type RequestPosition } from '../../../ledger/requests/request-filter.ts';
import { LEDGER_STATUSES, type LedgerStatus } from '../../../ledger/rows/ledger-row.ts';
import { type AdminQuery, pageLimit, readQuery } from '../admin-request.ts';

const SEARCH_PARAMETERS = [
  'day',
  'from',
  'to',
  'key',
  'team',
  'code',
  'status',
  'requestId',
  'limit',
  'after',
] as const;

/** Longest text of a parameter. */
const MAX_PARAMETER_LENGTH = 256;

/** Parameters of a search. Times are milliseconds since 1970. */
export interface RequestQuery {
  readonly from: number;
  readonly to: number;
  /** Name or id. */
  readonly key?: string;
  readonly team?: string;
  readonly errorCode?: string;
  readonly status?: LedgerStatus;
  readonly requestId?: string;
  readonly limit: number;
  readonly position?: RequestPosition;
}

/** Returns the parameters of a search. Without a time, it covers all times. Throws GatewayError 400. */
export function readRequestQuery(query: AdminQuery): RequestQuery {
  const { after, code, day, from, key, limit, requestId, status, team, to } = readQuery(query, SEARCH_PARAMETERS);
  for (const [name, text] of Object.entries({ code, key, requestId, team })) {
    if (text !== undefined && (text === '' || text.length > MAX_PARAMETER_LENGTH)) {
      throw invalid(name, `must have 1 to ${MAX_PARAMETER_LENGTH} characters.`);
    }
  }
  const [first, last] = dayRange(day);
  return {
    from: Math.max(first, from === undefined ? first : timeOf('from', from)),
    to: Math.min(last, to === undefined ? last : timeOf('to', to)),
    key,
    team,
    errorCode: code,
    status: searchedStatus(status),
    requestId,
    limit: pageLimit(limit),
    position: searchedPosition(after),
  };
}

function dayRange(day: string | undefined): [from: number, to: number] {
  if (day === undefined) return [0, Number.MAX_SAFE_INTEGER];
  if (!isDay(day)) throw invalid('day', 'must be a day as YYYY-MM-DD.');
  const { from, until } = periodOfDays(day, day);
  return [from, until];
}

function timeOf(name: 'from' | 'to', text: string): number {
  const at = dateTimePattern.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw invalid(name, 'must be a day, or a time with its zone, such as 2026-11-30T09:00:00Z.');
}

function searchedStatus(status: string | undefined): LedgerStatus | undefined {
  const known = LEDGER_STATUSES.find((each) => each === status);
  if (status === undefined || known !== undefined) return known;
  throw invalid('status', `must be one of ${LEDGER_STATUSES.join(', ')}.`);
}

function searchedPosition(after: string | undefined): RequestPosition | undefined {
  const position = after === undefined ? undefined : parsePosition(after);
  if (after === undefined || position !== undefined) return position;
  throw badRequest('The cursor is not valid. Send the value of `next`.', 'after', 'invalid_value');
}

function invalid(name: string, problem: string) {
  return badRequest(`${name} ${problem}`, name, 'invalid_value');
}
