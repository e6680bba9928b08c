import type { ValueOrigin } from './overridden-value.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Access to environment and files. */
export interface SubstitutionSources {
  environment: Environment;
  /** Returns the text of a file. Throws if it cannot be read. */
  readFile: (path: string) => string;
}

/** A text after substitution. */
export interface SubstitutionResult {
  text: string;
  /** Absent if nothing was substituted. */
  origin?: ValueOrigin;
  /** `all` if the text is a single substitution, whose value may be a number. */
  extent: 'none' | 'part' | 'all';
  /** Problems in the text; empty if there are none. */
  problems: string[];
  /** References whose file or variable does not exist; empty if there are none. */
  unresolved: string[];
}

const marks = /\$\$|\$\{[^}]*\}?/g;
const wholeMark = /^\$\{[^}]*\}$/;
const variableMark = /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<fallback>:-.*)?$/s;

/** Substitutes `${VAR}`, `${VAR:-default}` (also for an empty VAR) and `${file:/path}`. `$$` becomes `$`. */
export function substitute(text: string, sources: SubstitutionSources): SubstitutionResult {
  const names: string[] = [];
  const problems: string[] = [];
  const unresolved: string[] = [];
  const replaced = text.replace(marks, (mark) => {
    if (mark === '$$') return '$';
    const outcome = replacementOf(mark, sources);
    if ('problem' in outcome) (outcome.isMissing ? unresolved : problems).push(outcome.problem);
    if ('name' in outcome) names.push(`\${${outcome.name}}`);
    return 'text' in outcome ? outcome.text : '';
  });
  if (names.length === 0) return { text: replaced, extent: 'none', problems, unresolved };
  const extent = wholeMark.test(text) ? 'all' : 'part';
  return {
    text: replaced,
    extent,
    problems,
    unresolved,
    origin: { name: `the value of ${names.join(' and ')}`, discloses: 'nothing' },
  };
}

type Replacement = { name: string; text: string } | { problem: string; isMissing?: true };

function replacementOf(mark: string, sources: SubstitutionSources): Replacement {
  if (!mark.endsWith('}')) return { problem: '"${" has no closing brace; use $$ for a literal $' };
  const content = mark.slice(2, -1);
  if (content.startsWith('file:')) return fileReplacement(content.slice('file:'.length), sources);
  const { name, fallback } = variableMark.exec(content)?.groups ?? {};
  // The content is not repeated: it may be a part of a password with "${" in it.
  if (name === undefined) {
    return { problem: '"${…}" must be ${VAR}, ${VAR:-default} or ${file:/path}; use $$ for a literal $' };
  }
  const value = sources.environment[name];
  if (fallback !== undefined) return { name, text: value === undefined || value === '' ? fallback.slice(2) : value };
  if (value !== undefined) return { name, text: value };
  const problem = `the variable ${name} is not set; set it, or add a default with \${${name}:-default}`;
  return { problem, isMissing: true };
}

function fileReplacement(path: string, sources: SubstitutionSources): Replacement {
  if (!path.startsWith('/')) return { problem: '${file:…} needs an absolute path' };
  try {
    return { name: `file:${path}`, text: sources.readFile(path).replace(/\r?\n$/, '') };
  } catch (error) {
    const problem = `${path} cannot be read: ${describeReadError(error)}`;
    return errorCodeOf(error) === 'ENOENT' ? { problem, isMissing: true } : { problem };
  }
}

/** Describes an error of reading a file. */
export function describeReadError(error: unknown): string {
  const code = errorCodeOf(error);
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EACCES') return 'permission is missing';
  if (code === 'EISDIR') return 'it is a directory';
  return error instanceof Error ? error.message : String(error);
}

function errorCodeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
