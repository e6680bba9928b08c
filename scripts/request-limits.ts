/** Writes the table of limits into docs/security.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withLimitsTable } from '../src/limits/limits-table.ts';

const page = new URL('../docs/security.md', import.meta.url);
writeFileSync(page, withLimitsTable(readFileSync(page, 'utf8')));
console.log('wrote docs/security.md');
