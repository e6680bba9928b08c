import type { Caller } from '../call.ts';

/** Compiled once per list: the lists live as long as the settings. */
const compiled = new WeakMap<readonly string[], RegExp>();

/** Whether the caller's key may use a model that goes by these names; `*` in the key's list stands for anything. */
export function allows(caller: Caller | undefined, names: Iterable<string>): boolean {
  if (caller?.models === undefined) return true;
  const pattern = patternOf(caller.models);
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}

function patternOf(models: readonly string[]): RegExp {
  let pattern = compiled.get(models);
  if (pattern === undefined) {
    const alternatives = models.map((model) => model.split('*').map(literally).join('.*'));
    pattern = new RegExp(`^(?:${alternatives.join('|')})$`);
    compiled.set(models, pattern);
  }
  return pattern;
}

/** `RegExp.escape` is younger than the Node versions we run on. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
