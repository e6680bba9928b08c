import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Position, sourcePositions } from './source-map.ts';

/** The location in a frame of a stack: URL of the file, line and column, both from 1. */
const LOCATION = /(file:\/\/[^\s():]+):(\d+):(\d+)/g;
/** Start of a path in a source map, which is relative to the built file. The build folder may have moved since. */
const TO_PROJECT = /^(\.\.\/)+/;
/** Maximum number of locations in memory. The code has a finite number of them, so this is a precaution. */
const MAX_LOCATIONS = 10_000;

/** Locations of built code that occurred before, and their text in the sources. */
const known = new Map<string, string>();

/**
 * Replaces each location of built code in a stack by its location in the sources, such as `src/main.ts:4:7`. A location
 * without a source map stays as it is. Only a new location reads the map of its file, which takes some milliseconds.
 */
export function withSourceLocations(stack: string): string {
  const unknown = new Map<string, Map<string, Position>>();
  for (const [location, url, line, column] of stack.matchAll(LOCATION)) {
    if (known.has(location)) continue;
    const positions = unknown.get(url!) ?? new Map<string, Position>();
    unknown.set(url!, positions.set(location, { line: Number(line) - 1, column: Number(column) - 1 }));
  }
  for (const [url, positions] of unknown) {
    if (known.size + positions.size > MAX_LOCATIONS) known.clear();
    learn(url, positions);
  }
  return stack.replace(LOCATION, (location) => known.get(location) ?? location);
}

/** Finds the sources of locations in one file. */
function learn(url: string, positions: ReadonlyMap<string, Position>): void {
  for (const location of positions.keys()) known.set(location, location);
  try {
    const file = fileURLToPath(url);
    if (!existsSync(`${file}.map`)) return;
    const { sources, mappings } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as {
      sources: string[];
      mappings: string;
    };
    const found = sourcePositions(mappings, [...positions.values()]);
    for (const [index, location] of [...positions.keys()].entries()) {
      const origin = found[index];
      if (origin === undefined) continue;
      const path = (sources[origin.source] ?? '').replace(TO_PROJECT, '');
      known.set(location, `${path}:${origin.line + 1}:${origin.column + 1}`);
    }
  } catch {
    // A file that cannot be read leaves the locations of built code in the log line of the error.
  }
}
