import type { Caller } from '../../request/caller.ts';

/** Compiled patterns by list. The lists live as long as the settings. */
const compiled = new WeakMap<readonly string[], RegExp>();

/** Returns true if the caller's key allows one of a model's names. `*` in the key's list matches any text. */
export function isModelAllowed(caller: Caller | undefined, names: Iterable<string>): boolean {
  if (caller?.models === undefined) return true;
  const pattern = patternOf(caller.models);
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}

/**
 * Returns true if the caller's key allows this Bedrock id or ARN: by an equal entry, or by a pattern that begins with a
 * geography, a vendor or `arn:`. Other patterns match model names only, because clients can choose the text of ids.
 */
export function allowsId(caller: Caller | undefined, id: string): boolean {
  if (caller?.models === undefined) return true;
  return caller.models.some((entry) => entry === id || entry === '*') || idPatternOf(caller.models).test(id);
}

/** Compiled patterns for ids, by list. */
const compiledForIds = new WeakMap<readonly string[], RegExp>();

function idPatternOf(models: readonly string[]): RegExp {
  let pattern = compiledForIds.get(models);
  if (pattern === undefined) {
    pattern = compile(models.filter((model) => /^(?:arn:|[a-z0-9-]+\.)/.test(model)));
    compiledForIds.set(models, pattern);
  }
  return pattern;
}

function patternOf(models: readonly string[]): RegExp {
  let pattern = compiled.get(models);
  if (pattern === undefined) {
    pattern = compile(models);
    compiled.set(models, pattern);
  }
  return pattern;
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
