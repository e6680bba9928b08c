import type { Caller } from '../../request/caller.ts';
import { ModelPatterns } from './model-patterns.ts';

/** A list of models, compiled. */
interface CompiledList {
  /** Entries without `*`. */
  readonly exact: ReadonlySet<string>;
  /** Entries with `*`, for names of models. */
  readonly patterns: ModelPatterns;
  /** Entries with `*` that begin with a geography, a vendor or `arn:`, for Bedrock ids. */
  readonly idPatterns: ModelPatterns;
  readonly hasAll: boolean;
}

/** Compiled lists. The lists live as long as the settings or the team that has them. */
const compiled = new WeakMap<readonly string[], CompiledList>();

/** Matches entries that can name Bedrock ids. */
const ID_START = /^(?:arn:|[a-z0-9-]+\.)/;

/** Returns true if the caller's key allows one of a model's names. `*` in the key's list matches any text. */
export function isModelAllowed(caller: Caller | undefined, names: Iterable<string>): boolean {
  if (caller?.models === undefined) return true;
  const { exact, patterns } = compiledListOf(caller.models);
  for (const name of names) if (exact.has(name) || patterns.test(name)) return true;
  return false;
}

/**
 * Returns true if the caller's key allows this Bedrock id or ARN: by an equal entry, or by a pattern that begins with a
 * geography, a vendor or `arn:`. Other patterns match model names only, because clients can choose the text of ids.
 */
export function allowsId(caller: Caller | undefined, id: string): boolean {
  if (caller?.models === undefined) return true;
  const { exact, hasAll, idPatterns } = compiledListOf(caller.models);
  return hasAll || exact.has(id) || idPatterns.test(id);
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
  return names.ids.some((id) => (ID_START.test(id) && list.exact.has(id)) || list.idPatterns.test(id))
    ? 'pattern'
    : undefined;
}

function compiledListOf(models: readonly string[]): CompiledList {
  let list = compiled.get(models);
  if (list === undefined) {
    const patterns = models.filter((model) => model.includes('*'));
    list = {
      exact: new Set(models.filter((model) => !model.includes('*'))),
      patterns: new ModelPatterns(patterns),
      idPatterns: new ModelPatterns(patterns.filter((pattern) => ID_START.test(pattern))),
      hasAll: patterns.includes('*'),
    };
    compiled.set(models, list);
  }
  return list;
}
