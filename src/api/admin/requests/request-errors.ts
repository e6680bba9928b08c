import type { DatabaseService } from '../../../database/database.service.ts';
import { GatewayError } from '../../../errors/errors.ts';
import { UTC_DAY_MS } from '../../../ledger/time/utc-time.ts';

const MAX_SHOWN_ID = 100;

/** What is known about an id without a row. Times are milliseconds since 1970. */
interface MissingRequest {
  readonly id: string;
  /** Time in the id. */
  readonly at: number;
  readonly now: number;
  readonly keptDays: number;
  /** Why the row is in quarantine. */
  readonly quarantined?: string;
}

/** Time after which a row is in the database unless the database was away. */
const USUAL_DELAY_MS = 5_000;

/** Returns a 404 for an id without a row, or with one that the caller may not read. The text is the same for both. */
export function noSuchRequest(missing: MissingRequest): GatewayError {
  const message = `The ledger has no request '${missing.id}' that you may read. ${reasonOfAbsence(missing)}`;
  return new GatewayError({ code: 'not_found', param: 'id', message });
}

function reasonOfAbsence({ at, keptDays, now, quarantined }: MissingRequest): string {
  if (quarantined !== undefined) {
    return `Its row is in quarantine (${quarantined}), in the table ledger_quarantine.`;
  }
  if (at < now - keptDays * UTC_DAY_MS) {
    return `Rows are kept for ${keptDays} days (ledger.rowRetentionDays), and the id is older.`;
  }
  const late =
    'A row is written when the request has ended, and is in the database about a second later. While the database is away, it ' +
    'stays in the journal.';
  if (now - at < USUAL_DELAY_MS) return `${late} Repeat the call.`;
  return (
    `${late} Requests without a valid key have no row, and of refused requests of one key, more than ten in a second share ` +
    'one row.'
  );
}

/** Returns a 400 for a text that is not the id of a row. */
export function notARequestId(id: string): GatewayError {
  return new GatewayError({
    code: 'invalid_value',
    param: 'id',
    message:
      `'${id.slice(0, MAX_SHOWN_ID)}' is not the id of a request. Send the value of x-outcrop-id, or search by the value of ` +
      'x-request-id: GET /admin/v1/requests?requestId=….',
  });
}

/** Throws GatewayError 404 for a gateway without rows. */
export function requireLedger({ isConfigured }: Pick<DatabaseService, 'isConfigured'>): void {
  if (isConfigured) return;
  throw new GatewayError({
    code: 'not_found',
    message: 'This gateway keeps no rows of requests, because it has no database. Set database.url.',
  });
}
