import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../settings/config-error.ts';

/** Maximum number of reported problems, because one mistake causes many errors after it. */
const maxProblems = 3;
/** Maximum number of aliases. Thousands of them would expand a small text to a huge tree. */
const maxAliases = 100;

export type ParsedYaml = { tree: unknown; problems?: undefined } | { tree?: undefined; problems: Problem[] };

/** Parses YAML 1.2 without custom tags. Errors have line and column and do not quote the text, which may be secret. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, stringKeys: true });
  // Warnings concern tags and directives, which have no effect.
  const problems = [...document.errors, ...document.warnings].slice(0, maxProblems).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { path: `line ${line}, column ${col}`, message: withoutQuotation(error.message) };
  });
  if (problems.length > 0) return { problems };
  try {
    return { tree: document.toJS({ maxAliasCount: maxAliases }) };
  } catch (error) {
    // Unknown aliases or too many of them: YAML resolves them here and reports no position.
    return {
      problems: [{ path: 'YAML', message: withoutQuotation(error instanceof Error ? error.message : String(error)) }],
    };
  }
}

/**
 * Removes the quotation of the text from messages such as `Unexpected scalar token in YAML stream: "…"` or `Unknown
 * directive %…`.
 */
function withoutQuotation(message: string): string {
  return message.replace(/(?:: | [%!*&\\"']).*$/s, '');
}
