// `npm run docs:layers`: replaces the table of layers in CONTRIBUTING.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { layersTable } from '../test/structure/layers-table.ts';

const FILE = new URL('../CONTRIBUTING.md', import.meta.url);
const TABLE = /\| Layer \| Module \|[^\n]*\n(?:\|[^\n]*\n)+/;
const text = readFileSync(FILE, 'utf8');
if (!TABLE.test(text)) throw new Error('CONTRIBUTING.md has no table of layers to replace.');
writeFileSync(
  FILE,
  text.replace(TABLE, () => `${layersTable()}\n`),
);
