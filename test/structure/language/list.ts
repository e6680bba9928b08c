import { readFileSync, writeFileSync } from 'node:fs';
import { countFindings, type LanguageCounts, languageFindings, type LanguageRule } from './language-findings.ts';

// node test/structure/language/list.ts [path]    lists what breaks the rules, by file and line
// node test/structure/language/list.ts --lower   writes counts that have fallen into the table
const TABLE = new URL('counts.json', import.meta.url);
const [argument = ''] = process.argv.slice(2);

if (argument === '--lower') {
  const table = JSON.parse(readFileSync(TABLE, 'utf8')) as LanguageCounts;
  writeFileSync(TABLE, render(lowered(table, countFindings(languageFindings()))));
} else {
  for (const { path, line, rule, found } of languageFindings(argument)) {
    process.stdout.write(`${path}:${line} ${rule}: ${found}\n`);
  }
}

/** Returns the table with the lower of both counts in each place. */
function lowered(table: LanguageCounts, actual: LanguageCounts): LanguageCounts {
  const rows = Object.entries(table).map(([module, row]): [string, LanguageCounts[string]] => [
    module,
    Object.fromEntries(
      Object.entries(row)
        .map(([rule, count]) => [rule, Math.min(count, actual[module]?.[rule as LanguageRule] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    ),
  ]);
  return Object.fromEntries(rows.filter(([, row]) => Object.keys(row).length > 0));
}

/** Renders one module a line, so that merges of several branches seldom touch. */
function render(table: LanguageCounts): string {
  const rows = Object.entries(table)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([module, row]) => `  ${JSON.stringify(module)}: ${JSON.stringify(row)}`);
  return `{\n${rows.join(',\n')}\n}\n`;
}
