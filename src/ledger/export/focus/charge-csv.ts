import { csvText } from '../../usage/csv-cell.ts';
import type { Charge } from '../charge.ts';
import type { ChargeLabels } from './charge-labels.ts';
import { FOCUS_COLUMNS, type FocusColumn, type FocusValue } from './focus-columns.ts';

const SECONDS_TEXT = 19;

/** Returns charges as CSV (RFC 4180), one text for each batch, the first with the header. */
export async function* csvOfCharges(
  batches: AsyncIterable<readonly Charge[]>,
  labels: ChargeLabels,
): AsyncGenerator<string, undefined> {
  yield `${FOCUS_COLUMNS.map(({ name }) => name).join(',')}\r\n`;
  for await (const charges of batches) {
    yield charges.map((charge) => `${csvLineOf(charge, labels)}\r\n`).join('');
  }
  return undefined;
}

function csvLineOf(charge: Charge, labels: ChargeLabels): string {
  return FOCUS_COLUMNS.map(({ kind, valueOf }) => cellOf(kind, valueOf(charge, labels))).join(',');
}

function cellOf(kind: FocusColumn['kind'], value: FocusValue): string {
  if (value === undefined) return '';
  switch (kind.type) {
    case 'text':
      return csvText(value as string);
    case 'decimal':
      return decimalCell(value as bigint, kind.scale);
    case 'time':
      return `${new Date(value as number).toISOString().slice(0, SECONDS_TEXT)}Z`;
    case 'flag':
      return String(value);
    default:
      return kind satisfies never;
  }
}

/** Returns a whole number of decimal places as decimal text, without an exponent and without trailing zeros. */
export function decimalCell(unscaled: bigint, scale: number): string {
  const isNegative = unscaled < 0n;
  const digits = String(isNegative ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const places = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${isNegative ? '-' : ''}${whole}${places === '' ? '' : `.${places}`}`;
}
