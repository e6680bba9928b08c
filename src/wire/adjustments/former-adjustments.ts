import { ADJUSTMENT_VALUES, type AdjustmentMeaning } from './adjustment-values.ts';

/** Fields in `x-outcrop-adjusted` that have a new name, with their former ones. */
export const FORMER_ADJUSTED_FIELDS: Readonly<Record<string, string>> = {
  'tool_results.other_content': 'tool_results.beside',
};

/** Returns the adjustments, followed by the former spellings of those that have one. */
export function withFormerAdjustments(adjusted: readonly string[]): string[] {
  return [...new Set([...adjusted, ...adjusted.flatMap((entry) => formerAdjustment(entry) ?? [])])];
}

/** Returns the former spelling of `field=value`; undefined if it has none. */
export function formerAdjustment(entry: string): string | undefined {
  const end = entry.lastIndexOf('=');
  const [field, value] = [entry.slice(0, end), entry.slice(end + 1)];
  const formerField = FORMER_ADJUSTED_FIELDS[field];
  const formerValue = formerValueOf(field, value);
  if (formerField === undefined && formerValue === undefined) return undefined;
  return `${formerField ?? field}=${formerValue ?? value}`;
}

function formerValueOf(field: string, value: string): string | undefined {
  if (!Object.hasOwn(ADJUSTMENT_VALUES, value)) return undefined;
  const { former }: AdjustmentMeaning = ADJUSTMENT_VALUES[value as keyof typeof ADJUSTMENT_VALUES];
  return typeof former === 'object' ? (former[field] ?? former['*']) : former;
}
