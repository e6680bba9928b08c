import { DatabaseUnavailableError } from '../../database/database-unavailable-error.ts';

/**
 * Classes of SQLSTATE for which a statement fails because of its values: data exception, integrity constraint, program limit.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSED_CLASSES: ReadonlySet<string> = new Set(['22', '23', '54']);
/** Primary result codes of SQLite for the same: TOOBIG, CONSTRAINT, MISMATCH. https://sqlite.org/rescode.html */
const REFUSED_RESULT_CODES: ReadonlySet<number> = new Set([18, 19, 20]);

/**
 * Returns true if a statement failed because of a row, so that other rows may succeed. A defect of this program in the treatment
 * of a row counts as well: it must not block other rows.
 */
export function isRefusedRow(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return false;
  const { code, resultCode } = error as { code?: unknown; resultCode?: unknown };
  if (typeof resultCode === 'number') return REFUSED_RESULT_CODES.has(resultCode % 256);
  if (typeof code === 'string') return REFUSED_CLASSES.has(code.slice(0, 2));
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
