import { extensionOf } from './document-format.ts';

/** AWS API reference, DocumentBlock: 1 to 200 characters. */
const LONGEST_NAME = 200;
/** What a number of five digits leaves of a name. */
const LONGEST_STEM = LONGEST_NAME - ' (10000)'.length;
const UNNAMED = 'document';

/**
 * A name in the characters that Converse allows: letters, digits, single spaces, hyphens, parentheses and
 * square brackets. Never empty, never too long.
 */
export function safeDocumentName(stem: string): string {
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
  /** In lower case. */
  private readonly given = new Set<string>();
  /** The number last given, by the beginning of the name in lower case. */
  private readonly numbers = new Map<string, number>();

  /**
   * The ending goes without a word, since the format says it. The same files in the same order get the same
   * names in every request: prompts stay cacheable.
   */
  take(filename: string): { name: string; changed: 'changed' | 'kept' } {
    const extension = extensionOf(filename);
    const stem = extension === '' ? filename : filename.slice(0, -extension.length - 1);
    const name = this.free(safeDocumentName(stem));
    return { name, changed: name === stem || stem === '' ? 'kept' : 'changed' };
  }

  private free(name: string): string {
    if (this.give(name)) return name;
    // Long names that differ in their last letters only share their numbers, so that no number is tried twice.
    const stem = name.slice(0, LONGEST_STEM).toLowerCase();
    let number = this.numbers.get(stem) ?? 1;
    let candidate: string;
    do candidate = numbered(name, ++number);
    while (!this.give(candidate));
    this.numbers.set(stem, number);
    return candidate;
  }

  /** Returns false where the name is given already, in upper or lower case. */
  private give(name: string): boolean {
    const key = name.toLowerCase();
    if (this.given.has(key)) return false;
    this.given.add(key);
    return true;
  }
}

function numbered(name: string, number: number): string {
  const suffix = ` (${number})`;
  return name.slice(0, LONGEST_NAME - suffix.length).trimEnd() + suffix;
}
