import { isDeepStrictEqual } from 'node:util';

import { badRequest } from '../../errors/errors.ts';
import type { Adjustments } from '../adjustments.ts';
import type { Parameter, ParameterTable } from './parameter.ts';

/** Checks requests against a parameter table. */
export class ParameterChecker {
  /** Rows that the checker applies itself. Translators apply all others. */
  private readonly checkedRows: readonly { path: readonly string[]; row: Parameter }[];
  private readonly known: ReadonlySet<string>;

  constructor(table: ParameterTable) {
    this.checkedRows = table
      .filter(({ treatment, field }) => (treatment === 'ignored' || treatment === 'rejected') && !field.includes('[]'))
      .filter(({ checkedBy: judgedBy }) => judgedBy !== 'translator')
      .map((row) => ({ path: row.field.split('.'), row }));
    this.known = new Set(table.map(({ field }) => field.split(/[.[]/)[0] ?? field));
  }

  /**
   * Rejects and reports fields as the table states, if their value requests anything. Also reports fields that the
   * table does not contain. Throws GatewayError 400 with `param`.
   */
  check(request: object, adjustments: Adjustments): void {
    for (const { path, row } of this.checkedRows) {
      if (!requestsSomething(valueAt(request, path), row)) continue;
      if (row.treatment === 'rejected') throw badRequest(row.note, row.field, 'unsupported_parameter');
      adjustments.ignored(row.field);
    }
    for (const [name, value] of Object.entries(request)) {
      if (!this.known.has(name) && requestsSomething(value)) adjustments.unknown(name);
    }
  }
}

function valueAt(request: object, path: readonly string[]): unknown {
  let value: unknown = request;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Returns true if a value requests something. Values equal to OpenAI's defaults do not. */
function requestsSomething(
  value: unknown,
  { harmless = [], whenEmpty }: Pick<Parameter, 'harmless' | 'whenEmpty'> = {},
): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'object' && Object.keys(value).length === 0) return whenEmpty === 'asks';
  return !harmless.some((harmlessValue) => isDeepStrictEqual(harmlessValue, value));
}
