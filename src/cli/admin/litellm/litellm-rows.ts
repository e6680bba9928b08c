/** A row of a table of LiteLLM, as `row_to_json` of PostgreSQL writes it. */
export type LiteLlmRow = Readonly<Record<string, unknown>>;

/** Rows of a dump by table. */
export interface LiteLlmRows {
  readonly teams: LiteLlmRow[];
  readonly projects: LiteLlmRow[];
  readonly budgets: LiteLlmRow[];
  readonly keys: LiteLlmRow[];
  /** Former secrets of rotated keys, which work until `revoke_at`. */
  readonly formerKeys: LiteLlmRow[];
}

/**
 * Reads JSON lines, one row each, of the tables LiteLLM_TeamTable, LiteLLM_ProjectTable, LiteLLM_BudgetTable,
 * LiteLLM_VerificationToken and LiteLLM_DeprecatedVerificationToken. A row is recognized by its columns. Throws an Error with the
 * number of a line that is no such row. Columns: schema.prisma of BerriAI/litellm, commit 029f645f, November 2026.
 */
export function readLiteLlmRows(text: string): LiteLlmRows {
  const rows: LiteLlmRows = { teams: [], projects: [], budgets: [], keys: [], formerKeys: [] };
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = parseRow(line);
    const table = row && tableOf(row, rows);
    if (row === undefined || table === undefined) {
      throw new Error(`line ${index + 1} is not a row of a known table as JSON; see docs/migrating-from-litellm.md`);
    }
    table.push(row);
  }
  return rows;
}

function parseRow(line: string): LiteLlmRow | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as LiteLlmRow) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the table of a row by the columns that only this table has. Keys refer to each other table by its id. */
function tableOf(row: LiteLlmRow, rows: LiteLlmRows): LiteLlmRow[] | undefined {
  if ('active_token_id' in row) return rows.formerKeys;
  if ('token' in row) return rows.keys;
  if ('project_id' in row) return rows.projects;
  if ('team_alias' in row) return rows.teams;
  return 'budget_duration' in row && 'budget_id' in row ? rows.budgets : undefined;
}

/** Returns a text column; undefined if it is null or empty. */
export function textColumn(row: LiteLlmRow, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns a number column; undefined if it is null. BigInt columns may be texts. */
export function numberColumn(row: LiteLlmRow, column: string): number | undefined {
  const value = row[column];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Returns a column with a list of texts. */
export function listColumn(row: LiteLlmRow, column: string): string[] {
  const value = row[column];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** Returns true if a column is neither null nor false nor an empty text, list or object. */
export function isFilledColumn(row: LiteLlmRow, column: string): boolean {
  const value = row[column];
  if (value === null || value === undefined || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Returns a time column in ISO 8601. PostgreSQL omits the zone of the type `timestamp`, which is UTC. */
export function timeColumn(row: LiteLlmRow, column: string): string | undefined {
  const text = textColumn(row, column)?.replace(' ', 'T');
  if (text === undefined) return undefined;
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
