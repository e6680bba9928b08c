import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cyclesOf, type Import, importsBelow, importsIn } from './import-graph.ts';
import { LARGE_FOLDERS, LAYERS, MAX_FILES, moduleOf, MODULES } from './layers.ts';
import { layersTable } from './layers-table.ts';

const ROOT = join(import.meta.dirname, '../..');
const imports = importsBelow(ROOT, 'src');
const inside = imports.filter(({ to }) => to.startsWith('src/'));

/** Returns what is wrong with an import; undefined if the table allows it. */
function problemOf({ from, to, line, typeOnly }: Import): string | undefined {
  const importer = moduleOf(from)!;
  const rules = MODULES[importer];
  const place = `${from}:${line}`;
  if (rules === undefined) return `${place}: the module ${importer} is not in test/structure/layers.ts`;
  if (!to.endsWith('.ts')) {
    const forbidden = rules.withoutPackages?.find((prefix) => to.startsWith(prefix));
    return forbidden && `${place}: ${importer} must not import the package ${to}`;
  }
  const imported = moduleOf(to);
  if (imported === undefined) return `${place}: src/ must not import ${to}`;
  if (imported === importer) return undefined;
  const allowed = typeOnly ? [...rules.values, ...(rules.types ?? [])] : rules.values;
  return allowed.includes(imported) ? undefined : `${place}: ${importer} must not import ${imported} (${to})`;
}

const parents = new Set(inside.flatMap(({ from, to }) => [from, to]).map((file) => dirname(dirname(file))));

/**
 * Returns the node of a folder: a folder without subfolders is one node, and files next to subfolders form a separate
 * node.
 */
function folderNodeOf(file: string): string {
  const folder = dirname(file);
  return parents.has(folder) ? file : folder;
}

describe('the layering of src/', () => {
  it('contains only imports that the table allows', () => {
    expect(imports.flatMap((each) => problemOf(each) ?? [])).toEqual([]);
  });

  it('has every module of the table, each once in the picture', () => {
    const used = new Set(imports.map(({ from }) => moduleOf(from)!));
    expect(Object.keys(MODULES).toSorted()).toEqual([...used].toSorted());
    expect(LAYERS.flatMap(({ modules }) => modules).toSorted()).toEqual(Object.keys(MODULES).toSorted());
  });

  it('uses every import that the table allows', () => {
    const used = new Set(inside.map(({ from, to }) => `${moduleOf(from)} → ${moduleOf(to)}`));
    const allowed = Object.entries(MODULES).flatMap(([name, { values, types = [] }]) =>
      [...values, ...types].map((other) => `${name} → ${other}`),
    );
    expect(allowed.filter((each) => !used.has(each))).toEqual([]);
  });

  it('has no cycle between modules', () => {
    expect(cyclesOf(inside, (file) => moduleOf(file)!)).toEqual([]);
  });

  it('has no cycle between folders', () => {
    expect(cyclesOf(inside, folderNodeOf)).toEqual([]);
  });

  it('has no cycle between files', () => {
    expect(cyclesOf(inside, (file) => file)).toEqual([]);
  });

  it(`has no folder with more than ${MAX_FILES} source files`, () => {
    const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.spec.ts'));
    const counts = Map.groupBy(files, (file) => dirname(file));
    const large = [...counts].filter(([, { length }]) => length > MAX_FILES).map(([folder]) => folder);
    expect(large).toEqual(LARGE_FOLDERS);
  });

  it('has its table in CONTRIBUTING.md', () => {
    // `npm run docs:layers` writes it.
    expect(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')).toContain(layersTable());
  });
});

describe('the check of an import', () => {
  const check = (file: string, text: string) => importsIn(file, text).flatMap((each) => problemOf(each) ?? []);

  it.each([
    [
      'src/bedrock/transport/new.ts',
      "import { startEmulator } from '../../../emulator/start.ts';",
      'emulator/start.ts',
    ],
    ['src/shared-state/new.ts', "import { ChatDto } from '../api/chat/chat.dto.ts';", 'must not import api'],
    ['src/shared-state/new.ts', "import type { ChatDto } from '../api/chat/chat.dto.ts';", 'must not import api'],
    ['src/config/new.ts', "import { addUsage } from '../usage/usage.ts';", 'must not import usage'],
    [
      'src/bedrock/new.ts',
      "export { RoutingService } from '../routing/routing.service.ts';",
      'must not import routing',
    ],
    ['src/http/new.ts', "const load = () => import('../inference/inference.service.ts');", 'must not import inference'],
    ['src/translation/tools/new.ts', "import { Injectable } from '@nestjs/common';", 'the package @nestjs/common'],
    ['src/new/file.ts', "import { x } from '../errors/errors.ts';", 'the module new is not in'],
    ['src/api/chat/new.ts', "import { startGateway } from '../../../test/support/gateway.ts';", 'test/support'],
  ])('rejects %s: %s', (file, text, problem) => {
    const [found] = check(file, text);
    expect(found).toContain(`${file}:1: `);
    expect(found).toContain(problem);
  });

  it.each([
    ['src/models/new.ts', "import type { ListPrice } from '../usage/price-list/list-price.ts';"],
    ['src/translation/translation.service.ts', "import { Injectable } from '@nestjs/common';"],
    ['src/http/new.ts', "import { Readable } from 'node:stream';"],
  ])('allows %s: %s', (file, text) => {
    expect(check(file, text)).toEqual([]);
  });

  it('finds a cycle through types', () => {
    const edges = [
      ...importsIn('src/a/one.ts', "import type { Two } from '../b/two.ts';"),
      ...importsIn('src/b/two.ts', "import { one } from '../a/one.ts';"),
      ...importsIn('src/c/three.ts', "import { one } from '../a/one.ts';"),
    ];
    expect(cyclesOf(edges, (file) => dirname(file))).toEqual([['src/a', 'src/b']]);
  });
});
