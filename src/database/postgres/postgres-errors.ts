import { type DatabaseFailure, DatabaseUnavailableError } from '../database-unavailable-error.ts';

/** SQLSTATE of conditions outside of the statement, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const FAILURES_BY_SQLSTATE: Readonly<Record<string, DatabaseFailure>> = {
  '25006': 'read_only',
  '25P03': 'timeout',
  '53100': 'full',
  '55P03': 'locked',
  '57014': 'locked',
  '57P01': 'connection',
  '57P02': 'connection',
  '57P03': 'connection',
  '57P05': 'connection',
  '58030': 'connection',
};
/** Classes of SQLSTATE: connection exceptions, also those of PgBouncer; insufficient resources. */
const CLASSES: Readonly<Record<string, DatabaseFailure>> = { '08': 'connection', '53': 'connection' };
/** Two transactions that the server could not order. The same transaction may succeed now. */
const CONFLICTS = new Set(['40001', '40P01']);

/** Codes of Node's check of a certificate, https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const CERTIFICATE_ERROR =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_|CERT_|INVALID_CA|ERR_TLS_CERT_ALTNAME_INVALID)/;

/** Adds the settings to change to an error of TLS. Returns other errors unchanged. */
export function withTlsHint(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const hint = tlsHint(error);
  return hint === undefined ? error : new Error(`${error.message} (${hint})`, { cause: error });
}

function tlsHint(error: NodeJS.ErrnoException): string | undefined {
  if (CERTIFICATE_ERROR.test(error.code ?? '')) {
    return 'the certificate of PostgreSQL is not accepted: set database.caFile to its CA, and use the host name of the certificate in database.url';
  }
  // The message of pg for a server without TLS; it has no code.
  if (error.message === 'The server does not support SSL connections') {
    return 'enable TLS in PostgreSQL, or remove sslmode from database.url and database.caFile';
  }
  return undefined;
}

/** Converts an error of a statement. Errors without SQLSTATE are those of the connection, except defects of this program. */
export function postgresError(error: unknown): unknown {
  if (error instanceof DatabaseUnavailableError || error instanceof TypeError) return error;
  const state = sqlStateOf(error);
  if (state === undefined) return new DatabaseUnavailableError('connection', error);
  const failure = FAILURES_BY_SQLSTATE[state] ?? CLASSES[state.slice(0, 2)];
  return failure === undefined ? error : new DatabaseUnavailableError(failure, error);
}

/** True if the transaction was canceled because of another one. */
export function isTransactionConflict(error: unknown): boolean {
  return CONFLICTS.has(sqlStateOf(error) ?? '');
}

/** Returns the SQLSTATE of an error of the server. Errors of Node have codes of another form. */
function sqlStateOf(error: unknown): string | undefined {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity !== undefined ? code : undefined;
}
