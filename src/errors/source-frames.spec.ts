import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withSourceLocations } from './source-frames.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-frames-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const frames = (file: string): string => {
  const { href } = pathToFileURL(join(folder, file));
  return `    at a (${href}:2:3)\n    at async ${href}:2:5\n    at b (node:net:1:1)\n    at new Promise (<anonymous>)`;
};

describe('withSourceLocations', () => {
  it('names source files, also for a location that occurred before', () => {
    const sources = ['../../../src/a.ts', '../../../node_modules/b/c.js'];
    writeFileSync(join(folder, 'built.js.map'), JSON.stringify({ version: 3, sources, mappings: ';EAGC,ECAA' }));
    const expected =
      '    at a (src/a.ts:4:2)\n    at async node_modules/b/c.js:4:2\n    at b (node:net:1:1)\n    at new Promise (<anonymous>)';
    expect(withSourceLocations(frames('built.js'))).toBe(expected);
    rmSync(join(folder, 'built.js.map'));
    expect(withSourceLocations(frames('built.js'))).toBe(expected);
  });

  it.each(['{', '{}', '{"sources":[],"mappings":""}', undefined])(
    'keeps the locations of a file with the map %s',
    (map) => {
      const file = `file-${String(map?.length)}.js`;
      if (map !== undefined) writeFileSync(join(folder, `${file}.map`), map);
      expect(withSourceLocations(frames(file))).toBe(frames(file));
    },
  );
});
