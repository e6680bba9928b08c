import { isFilledColumn, type LiteLlmRow } from './litellm-rows.ts';

/** What an import could not map. */
export class ImportNotes {
  readonly lines: string[] = [];

  add(object: string, note: string): void {
    this.lines.push(`${object}: ${note}`);
  }

  /** Adds a note for each filled column without an equivalent. */
  addUnmapped(object: string, row: LiteLlmRow, columns: readonly string[]): void {
    for (const column of columns) {
      if (isFilledColumn(row, column)) this.add(object, `${column} has no equivalent`);
    }
  }
}

/** Chooses names that the gateway accepts, each once in its kind. */
export class ImportNames {
  private readonly taken = new Set<string>();
  private readonly notes: ImportNotes;

  constructor(notes: ImportNotes) {
    this.notes = notes;
  }

  /** Returns the name for an alias of LiteLLM. `id` makes an equal name unique, the same in each import. */
  choose(kind: string, alias: string, id: string): string {
    const plain = alias
      .normalize('NFKD')
      .replaceAll(/[^A-Za-z0-9._@-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, NAME_LENGTH);
    const suffix = id.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, SUFFIX_LENGTH);
    const name = plain === '' ? `litellm-${suffix}` : plain;
    const unique = this.taken.has(name) ? `${name.slice(0, NAME_LENGTH - SUFFIX_LENGTH - 1)}-${suffix}` : name;
    this.taken.add(unique);
    if (unique !== alias) this.notes.add(`${kind} ${unique}`, `is named '${alias}' in LiteLLM`);
    return unique;
  }
}

const NAME_LENGTH = 64;
const SUFFIX_LENGTH = 12;
