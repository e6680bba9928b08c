import { extensionOf } from './document-format.ts';

/** AWS API reference, DocumentBlock: 1 to 200 characters. */
const LONGEST_NAME = 200;
const UNNAMED = 'document';

/**
 * A name in the characters that Converse allows: letters, digits, single spaces, hyphens, parentheses and
 * square brackets. Never empty, never too long.
 */
export function safeName(stem: string): string {
  const plain = stem
    .slice(0, LONGEST_NAME * 4)
    // Letters lose their accents rather than their place: résumé is resume.
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^A-Za-z0-9()[\]-]+/g, ' ')
    .trim();
  return plain.slice(0, LONGEST_NAME).trimEnd() || UNNAMED;
}

/** The names of one request: Bedrock wants them all different, so a repeated one gets a number. */
export class DocumentNames {
  /** Names in lower case, with the number last given to each. */
  private readonly taken = new Map<string, number>();

  /**
   * The ending goes without a word, since the format says it. The same files in the same order get the same
   * names in every request: prompts stay cacheable.
   */
  take(filename: string): { name: string; changed: 'changed' | 'kept' } {
    const extension = extensionOf(filename);
    const stem = extension === '' ? filename : filename.slice(0, -extension.length - 1);
    const name = this.free(safeName(stem));
    return { name, changed: name === stem || stem === '' ? 'kept' : 'changed' };
  }

  private free(name: string): string {
    let number = this.taken.get(name.toLowerCase()) ?? 0;
    let candidate = name;
    while (this.taken.has(candidate.toLowerCase())) candidate = numbered(name, ++number + 1);
    if (number > 0) this.taken.set(name.toLowerCase(), number);
    this.taken.set(candidate.toLowerCase(), 0);
    return candidate;
  }
}

function numbered(name: string, number: number): string {
  const suffix = ` (${number})`;
  return name.slice(0, LONGEST_NAME - suffix.length).trimEnd() + suffix;
}
