import { extensionOf } from './document-format.ts';

/** Maximum characters of a name (AWS API reference, DocumentBlock). */
const MAX_NAME_LENGTH = 200;
/** Maximum characters of a name before a number of five digits. */
const MAX_STEM_LENGTH = MAX_NAME_LENGTH - ' (10000)'.length;
const UNNAMED = 'document';

/**
 * Returns a name of the characters that Converse allows: letters, digits, single spaces, hyphens, parentheses and
 * square brackets. The result has 1 to 200 characters.
 */
export function safeDocumentName(stem: string): string {
  const plain = stem
    .slice(0, MAX_NAME_LENGTH * 4)
    // Decomposes letters with accents, so that "résumé" becomes "resume".
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^A-Za-z0-9()[\]-]+/g, ' ')
    .trim();
  return plain.slice(0, MAX_NAME_LENGTH).trimEnd() || UNNAMED;
}

/** Assigns the document names of one request. Bedrock requires them to differ, so repeated names get a number. */
export class DocumentNames {
  /** Assigned names, in lower case. */
  private readonly assigned = new Set<string>();
  /** Last number used, by the beginning of the name in lower case. */
  private readonly numbers = new Map<string, number>();

  /**
   * Returns the name of a document. Removes the file extension, because the block states the format. The same files in
   * the same order get the same names in every request, which keeps the prompt cache valid.
   */
  take(filename: string): { name: string; changed: 'changed' | 'kept' } {
    const extension = extensionOf(filename);
    const stem = extension === '' ? filename : filename.slice(0, -extension.length - 1);
    const name = this.uniqueName(safeDocumentName(stem));
    return { name, changed: name === stem || stem === '' ? 'kept' : 'changed' };
  }

  private uniqueName(name: string): string {
    if (this.assign(name)) return name;
    // Long names that differ in their last letters only share one counter, so that no number is tried twice.
    const stem = name.slice(0, MAX_STEM_LENGTH).toLowerCase();
    let number = this.numbers.get(stem) ?? 1;
    let candidate: string;
    do candidate = numbered(name, ++number);
    while (!this.assign(candidate));
    this.numbers.set(stem, number);
    return candidate;
  }

  /** Returns false if the name is assigned already. Ignores case. */
  private assign(name: string): boolean {
    const key = name.toLowerCase();
    if (this.assigned.has(key)) return false;
    this.assigned.add(key);
    return true;
  }
}

function numbered(name: string, number: number): string {
  const suffix = ` (${number})`;
  return name.slice(0, MAX_NAME_LENGTH - suffix.length).trimEnd() + suffix;
}
