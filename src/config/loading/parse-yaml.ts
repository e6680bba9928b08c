import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../settings/config-error.ts';

/** One slip makes many errors after it. */
const mostProblems = 3;
/** Aliases are allowed, but not the thousands that make a small text a huge tree. */
const mostAliases = 100;

export type ParsedYaml = { tree: unknown; problems?: undefined } | { tree?: undefined; problems: Problem[] };

/** YAML 1.2 without custom tags; errors are named by line and column and do not quote the text, which may be secret. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, stringKeys: true });
  // Warnings are tags and directives that nobody would act upon.
  const problems = [...document.errors, ...document.warnings].slice(0, mostProblems).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { path: `line ${line}, column ${col}`, message: withoutQuotation(error.message) };
  });
  if (problems.length > 0) return { problems };
  try {
    return { tree: document.toJS({ maxAliasCount: mostAliases }) };
  } catch (error) {
    // Unknown or too many aliases: YAML resolves them here and says no place.
    return {
      problems: [{ path: 'YAML', message: withoutQuotation(error instanceof Error ? error.message : String(error)) }],
    };
  }
}

/** Messages such as `Unexpected scalar token in YAML stream: "…"` or `Unknown directive %…` end with a piece of the text. */
function withoutQuotation(message: string): string {
  return message.replace(/(?:: | [%!*&\\"']).*$/s, '');
}
