import { ApiKeyConfig } from '../keys/api-key-config.ts';
import { EntryReader } from './entry-reader.ts';
import { keyDigest } from '../settings/api-key.ts';
import type { Problem } from '../settings/config-error.ts';
import { ApiKeyTable, DIGEST_BYTES, lineName, type SharedKeySettings } from '../keys/api-key-table.ts';
import { EventLoopPause } from './event-loop-pause.ts';

/** Maximum number of keys in a file. */
export const MAX_FILE_KEYS = 1_000_000;
/** Bytes of the shortest line, `{"name":"a","hash":"sha256:…"}` and its line feed. */
const MIN_LINE_BYTES = 94;

/** Collects the keys of a file, line by line, for an ApiKeyTable. */
export class ApiKeyTableBuilder {
  private readonly path: string;
  private readonly reader = new EntryReader(ApiKeyConfig);
  private readonly names: string[] = [];
  private readonly digests: Buffer;
  private readonly lines: Uint32Array;
  private readonly settings: Uint32Array;
  private readonly distinctSettings: SharedKeySettings[] = [];
  private readonly settingsByText = new Map<string, number>();
  private readonly modelsByText = new Map<string, readonly string[]>();

  /** Creates a builder for a file of `bytes` bytes. */
  constructor(path: string, bytes: number) {
    const capacity = Math.min(MAX_FILE_KEYS, Math.ceil((bytes + 1) / MIN_LINE_BYTES));
    this.path = path;
    this.digests = Buffer.alloc(capacity * DIGEST_BYTES);
    this.lines = new Uint32Array(capacity);
    this.settings = new Uint32Array(capacity);
  }

  /** Adds the key of a line, or the problems of the line. */
  addLine(text: string, line: number, problems: Problem[]): void {
    const key = this.names.length;
    if (key >= this.lines.length) {
      problems.push({ path: lineName(line), message: `must not be the key number ${key + 1}; ${TOO_MANY}` });
      return;
    }
    const parsed = parseLine(text);
    if (parsed === undefined) {
      problems.push({ path: lineName(line), message: 'must be an object in JSON, in one line' });
      return;
    }
    const read = this.reader.read(parsed.value);
    if (read.problems) {
      const place = (path: string): string => (path === '' ? lineName(line) : `${lineName(line)}, ${path}`);
      problems.push(...read.problems.map(({ path, message }) => ({ path: place(path), message })));
      return;
    }
    const { name, hash, ...settings } = read.entry as unknown as ApiKeyConfig;
    this.names.push(name);
    this.digests.set(keyDigest(hash), key * DIGEST_BYTES);
    this.lines[key] = line;
    this.settings[key] = this.settingsIndex(settings);
  }

  /** Creates the table, with its indexes. Adds a problem for each key with the name or hash of an earlier one. */
  async build(problems: Problem[], maxProblems: number): Promise<ApiKeyTable> {
    const size = this.names.length;
    const table = new ApiKeyTable({
      path: this.path,
      names: this.names,
      // Copies, so that the table does not keep memory for lines of the minimum length.
      digests: Buffer.from(this.digests.subarray(0, size * DIGEST_BYTES)),
      lines: this.lines.slice(0, size),
      settings: this.settings.slice(0, size),
      distinctSettings: this.distinctSettings,
    });
    const pause = new EventLoopPause();
    for (let key = 0; key < size && problems.length < maxProblems; key++) {
      const repeated = table.addToIndex(key);
      if (repeated !== undefined) {
        const message = `must be unique; line ${table.lineOf(repeated.earlier)} has the same value`;
        problems.push({ path: `${lineName(table.lineOf(key))}, ${repeated.property}`, message });
      }
      if (pause.isDue()) await pause.take();
    }
    return table;
  }

  private settingsIndex(settings: SharedKeySettings): number {
    const text = JSON.stringify(settings);
    const known = this.settingsByText.get(text);
    if (known !== undefined) return known;
    const index = this.distinctSettings.length;
    this.settingsByText.set(text, index);
    const { models } = settings;
    this.distinctSettings.push(Object.freeze(models ? { ...settings, models: this.sharedModels(models) } : settings));
    return index;
  }

  private sharedModels(models: readonly string[]): string[] {
    const text = JSON.stringify(models);
    const known = this.modelsByText.get(text) ?? Object.freeze(models);
    this.modelsByText.set(text, known);
    return known as string[];
  }
}

const TOO_MANY = `a file holds at most ${MAX_FILE_KEYS} keys`;

/** Returns the parsed line; undefined for invalid JSON. The error of the parser is not shown, because it quotes the line. */
function parseLine(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
