import { stringify } from 'yaml';
import type { AdminCall } from './admin-command.ts';

/** Matches characters that control a terminal, and marks that change the direction of text. */
const CONTROLS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** Returns one line without characters that control a terminal. */
export function visibleText(text: string): string {
  return text.replace(CONTROLS, '?');
}

/** Prints an object as JSON or as YAML. */
export function printObject({ values, terminal }: AdminCall, object: unknown): void {
  const json = JSON.stringify(object, undefined, 2);
  if (values.json === true) {
    terminal.print(`${json}\n`);
    return;
  }
  const lines = stringify(JSON.parse(json), { lineWidth: 0 }).split('\n');
  terminal.print(lines.map((line) => visibleText(line)).join('\n'));
}

/** Prints rows as aligned columns with a header, or `items` as JSON. */
export function printTable(
  { values, terminal }: AdminCall,
  items: readonly unknown[],
  columns: Readonly<Record<string, readonly unknown[]>>,
): void {
  if (values.json === true) {
    terminal.print(`${JSON.stringify(items, undefined, 2)}\n`);
    return;
  }
  const cells = Object.entries(columns).map(([name, values]) => [name, ...values.map((value) => cellText(value))]);
  const widths = cells.map((column) => column.reduce((most, { length }) => Math.max(most, length), 0));
  for (let row = 0; row <= items.length; row++) {
    const line = cells.map((column, index) => column[row]!.padEnd(widths[index]!)).join('  ');
    terminal.print(`${line.trimEnd()}\n`);
  }
}

function cellText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : visibleText(value.join(','));
  return visibleText(typeof value === 'string' ? value : JSON.stringify(value));
}
