import type { Caller } from '../../request/caller.ts';

/** Compiled once per list: the lists live as long as the settings. */
const compiled = new WeakMap<readonly string[], RegExp>();

/** Whether the caller's key may use a model that goes by these names; `*` in the key's list stands for anything. */
export function isModelAllowed(caller: Caller | undefined, names: Iterable<string>): boolean {
  if (caller?.models === undefined) return true;
  const pattern = patternOf(caller.models);
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}

/**
 * Whether the caller's key names this Bedrock id or ARN itself: as an entry, or by a pattern that begins with a
 * geography, a vendor or `arn:`. A pattern for model names does not reach ids, whose text clients may choose.
 */
export function allowsId(caller: Caller | undefined, id: string): boolean {
  if (caller?.models === undefined) return true;
  return caller.models.some((entry) => entry === id || entry === '*') || idPatternOf(caller.models).test(id);
}

/** Patterns for ids, compiled once per list. */
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

/** Matches nothing where there are no patterns. */
function compile(models: readonly string[]): RegExp {
  if (models.length === 0) return /(?!)/;
  const alternatives = models.map((model) => model.split('*').map(literally).join('.*'));
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}

/** `RegExp.escape` is younger than the Node versions we run on. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
