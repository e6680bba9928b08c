import { readFileSync, writeFileSync } from 'node:fs';
import { layersTable } from '../test/structure/layers-table.ts';

/** Writes the table of layers into CONTRIBUTING.md, in place of the one that is there. */
const FILE = new URL('../CONTRIBUTING.md', import.meta.url);
const TABLE = /\| Layer \| Module \|[^\n]*\n(?:\|[^\n]*\n)+/;
const text = readFileSync(FILE, 'utf8');
if (!TABLE.test(text)) throw new Error('CONTRIBUTING.md has no table of layers');
writeFileSync(
  FILE,
  text.replace(TABLE, () => `${layersTable()}\n`),
);
