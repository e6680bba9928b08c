import { FORMER_NAMES_END } from '../src/config/settings/renamed-settings.ts';
import { FORMER_EVENTS, FORMER_LOG_FIELDS } from '../src/telemetry/logging/former-log-names.ts';
import { FORMER_FAMILIES } from '../src/telemetry/metrics/former-metrics.ts';

/** Marks of the place of the tables in docs/observability.md. */
const BEGIN = '<!-- former names: written by npm run docs:observability -->';
const END = '<!-- /former names -->';

/** Returns the page with the tables of former names as they are. Throws if the page has no place for them. */
export function withFormerNames(page: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error('docs/observability.md has no place for the former names');
  return `${page.slice(0, start)}${BEGIN}\n${tables()}\n${page.slice(end)}`;
}

function tables(): string {
  const metrics = FORMER_FAMILIES.map(({ name, of, note = '' }) => `| \`${name}\` | \`${of}\` | ${note} |`);
  const fields = Object.entries(FORMER_LOG_FIELDS).map(([name, former]) => `| \`${former}\` | \`${name}\` |`);
  const events = Object.entries(FORMER_EVENTS).map(([name, former]) => `| \`${former}\` | \`${name}\` |`);
  return [
    `The former names end with release ${FORMER_NAMES_END}.`,
    ['| Former metric | Metric | Difference |', '|---|---|---|', ...metrics].join('\n'),
    ['| Former field | Field |', '|---|---|', ...fields, '| `stream: "audit"` | `log: "audit"` |'].join('\n'),
    ['| Former event | Event |', '|---|---|', ...events].join('\n'),
  ].join('\n\n');
}
