/** Writes the tables in deploy/athena: `node --import ./bench/source-hook.ts scripts/athena-tables.ts`. */
import { writeFileSync } from 'node:fs';
import { athenaTables } from './athena/tables.ts';

for (const [file, text] of Object.entries(athenaTables())) writeFileSync(`deploy/athena/${file}`, text);
