import type { Caller } from '../../request/caller.ts';

/** A list of models, compiled. */
interface CompiledList {
  /** Entries without `*`. */
  readonly exact: ReadonlySet<string>;
  /** All entries, for names of models. */
  readonly names: RegExp;
  /** Entries that begin with a geography, a vendor or `arn:`, for Bedrock ids. */
  readonly ids: RegExp;
  /** Entries with `*`, for names of models. */
  readonly patterns: RegExp;
  readonly hasAll: boolean;
}

/** Compiled lists. The lists live as long as the settings or the team that has them. */
const compiled = new WeakMap<readonly string[], CompiledList>();

/** Matches entries that can name Bedrock ids. */
const ID_START = /^(?:arn:|[a-z0-9-]+\.)/;

/** Returns true if the caller's key allows one of a model's names. `*` in the key's list matches any text. */
export function isModelAllowed(caller: Caller | undefined, names: Iterable<string>): boolean {
  if (caller?.models === undefined) return true;
  const { names: pattern } = compiledListOf(caller.models);
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}

/**
 * Returns true if the caller's key allows this Bedrock id or ARN: by an equal entry, or by a pattern that begins with a
 * geography, a vendor or `arn:`. Other patterns match model names only, because clients can choose the text of ids.
 */
export function allowsId(caller: Caller | undefined, id: string): boolean {
  if (caller?.models === undefined) return true;
  const { exact, hasAll, ids } = compiledListOf(caller.models);
  return hasAll || exact.has(id) || ids.test(id);
}

/** The names of a model that a list can contain. */
export interface MatchableNames {
  /** Names that an entry without `*` must equal. */
  readonly exact: readonly string[];
  /** Names that patterns match. Clients cannot choose them. */
  readonly byPattern: readonly string[];
  /** Bedrock ids, which only patterns for ids match. */
  readonly ids: readonly string[];
}

/** Returns how a list allows a model: by an entry that names it, or by a pattern. Undefined if the list does not allow it. */
export function matchIn(models: readonly string[], names: MatchableNames): 'exact' | 'pattern' | undefined {
  const list = compiledListOf(models);
  if (names.exact.some((name) => list.exact.has(name))) return 'exact';
  if (list.hasAll || names.byPattern.some((name) => list.patterns.test(name))) return 'pattern';
  return names.ids.some((id) => list.ids.test(id)) ? 'pattern' : undefined;
}

function compiledListOf(models: readonly string[]): CompiledList {
  let list = compiled.get(models);
  if (list === undefined) {
    const patterns = models.filter((model) => model.includes('*'));
    list = {
      exact: new Set(models.filter((model) => !model.includes('*'))),
      names: compile(models),
      ids: compile(models.filter((model) => ID_START.test(model))),
      patterns: compile(patterns),
      hasAll: patterns.includes('*'),
    };
    compiled.set(models, list);
  }
  return list;
}

/** Compiles patterns to one expression. Without patterns, it matches nothing. */
function compile(models: readonly string[]): RegExp {
  if (models.length === 0) return /(?!)/;
  const alternatives = models.map((model) => model.split('*').map(escapeText).join('.*'));
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}

/** Escapes a text for an expression. `RegExp.escape` is missing in some supported Node versions. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
