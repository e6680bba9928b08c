import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Files of a list of patterns, and what decides whether the list changes. */
export interface MatchedFiles {
  /** Paths in the order of the patterns; those of one pattern in alphabetical order. */
  files: string[];
  /** Folders of patterns with `*`. */
  folders: string[];
}

/**
 * Returns the files of `governance.files`. A pattern has `*` in its last part only. Hidden files match only a pattern that
 * starts with a dot, because Kubernetes keeps former versions in hidden folders.
 */
export async function matchFiles(patterns: readonly string[]): Promise<MatchedFiles> {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const pattern of patterns) {
    const last = basename(pattern);
    if (!last.includes('*')) {
      files.add(pattern);
      continue;
    }
    const folder = dirname(pattern);
    folders.add(folder);
    const matches = patternOf(last);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.toSorted((one, other) => (one < other ? -1 : 1)))
      if (matches.test(name)) files.add(join(folder, name));
  }
  return { files: [...files], folders: [...folders] };
}

function patternOf(text: string): RegExp {
  const parts = text.split(/\*+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${text.startsWith('.') ? '' : String.raw`(?!\.)`}${parts.join('.*')}$`);
}
