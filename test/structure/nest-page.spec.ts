import { existsSync, globSync, readFileSync } from 'node:fs';
import { PRIVATE_IMPORTS, PRIVATE_PARTS } from './private-imports.ts';

const PAGE = readFileSync('docs/nest.md', 'utf8');

/** Returns the entries of the page by heading. */
const ENTRIES = new Map(
  PAGE.split(/^### /m)
    .slice(1)
    .map((text): [string, string] => [text.slice(0, text.indexOf('\n')), text.split(/^## /m)[0]!]),
);

/** Returns the names of all measurements of `npm run bench:nest`. */
const MEASUREMENTS = globSync('bench/nest/*.ts').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\b(?:name:|STREAM_MEMORY =)\s+'([^']+)'/g)].map(([, name]) => name!),
);

const commandsIn = (text: string): string[] =>
  [...text.matchAll(/npm run bench:nest -- ([^`\s]+)`/g)].map(([, pattern]) => pattern!);

describe('docs/nest.md', () => {
  it.each([...ENTRIES])('states for "%s" what the gateway does, why, and a measurement or a test', (_heading, text) => {
    const fields = [...text.matchAll(/^- \*\*(.+):\*\* \S/gm)].map(([, field]) => field);
    expect(fields).toEqual([expect.any(String), 'Gateway', 'Why', expect.stringMatching(/^(?:Saves|Test)$/)]);
    const [, proof = ''] = text.split(/^- \*\*(?:Saves|Test):\*\*/m);
    if (fields[3] === 'Saves') {
      expect(proof).toMatch(/\d (?:µs|KB|MB|ms)\b/);
      expect(commandsIn(proof)).not.toEqual([]);
    } else {
      const tests = [...proof.matchAll(/`(\S+spec\.ts)`/g)].map(([, file]) => file!);
      expect([tests.length > 0, tests.filter((file) => !existsSync(file))]).toEqual([true, []]);
    }
  });

  it('has an entry for every private import and every private part, with its file', () => {
    const known = [...PRIVATE_IMPORTS, ...PRIVATE_PARTS];
    const missing = known.filter(({ entry, file }) => !ENTRIES.get(entry)?.includes(`\`${file}\``));
    expect(missing.map(({ entry, file }) => `${entry}: ${file}`)).toEqual([]);
  });

  it('names all measurements, and only existing ones', () => {
    const patterns = commandsIn(PAGE).filter((pattern) => pattern !== 'NAME');
    expect(patterns.filter((pattern) => !MEASUREMENTS.some((name) => name.includes(pattern)))).toEqual([]);
    expect(MEASUREMENTS.filter((name) => !patterns.some((pattern) => name.includes(pattern)))).toEqual([]);
  });
});
