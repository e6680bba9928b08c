import { isDeepStrictEqual } from 'node:util';

import { badRequest } from '../../errors/errors.ts';
import type { Adjustments } from '../adjustments.ts';
import type { Parameter, ParameterTable } from './parameter.ts';

/** A table, ready to judge requests by it. */
export class ParameterChecker {
  /** Rows whose verdict nothing but this makes true. */
  private readonly judged: readonly { path: readonly string[]; row: Parameter }[];
  private readonly known: ReadonlySet<string>;

  constructor(table: ParameterTable) {
    this.judged = table
      .filter(({ verdict, field }) => (verdict === 'ignored' || verdict === 'refused') && !field.includes('[]'))
      .filter(({ judgedBy }) => judgedBy !== 'translator')
      .map((row) => ({ path: row.field.split('.'), row }));
    this.known = new Set(table.map(({ field }) => field.split(/[.[]/)[0] ?? field));
  }

  /**
   * Refuses what the table refuses and reports what it ignores, as far as the value asks for anything; fields the table
   * does not have are reported too. Throws GatewayError 400 with `param`.
   */
  judge(request: object, adjustments: Adjustments): void {
    for (const { path, row } of this.judged) {
      if (!asks(valueAt(request, path), row)) continue;
      if (row.verdict === 'refused') throw badRequest(row.note, row.field, 'unsupported_parameter');
      adjustments.ignored(row.field);
    }
    for (const [name, value] of Object.entries(request)) {
      if (!this.known.has(name) && asks(value)) adjustments.unknown(name);
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

/** A client that sends OpenAI's defaults has lost nothing. */
function asks(value: unknown, { harmless = [], whenEmpty }: Pick<Parameter, 'harmless' | 'whenEmpty'> = {}): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'object' && Object.keys(value).length === 0) return whenEmpty === 'asks';
  return !harmless.some((one) => isDeepStrictEqual(one, value));
}
