// `npm run docs:limits`: writes the table of limits to docs/request-limits.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withLimitsTable } from '../src/limits/limits-table.ts';

const page = new URL('../docs/request-limits.md', import.meta.url);
writeFileSync(page, withLimitsTable(readFileSync(page, 'utf8')));
console.log('wrote docs/request-limits.md');
