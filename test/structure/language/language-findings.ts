import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BANNED_WORDS, EXCEPTIONS, type WordException } from './banned-words.ts';
import { type FunctionDocstring, type SourceText, textsOfTypeScript } from './typescript-texts.ts';

/** The rule that a finding breaks: banned vocabulary, the verb that begins a function's docstring, the length of sentences. */
export type LanguageRule = 'vocabulary' | 'verbs' | 'sentences';

export interface LanguageFinding {
  rule: LanguageRule;
  path: string;
  line: number;
  /** The banned word, or the beginning of the text. */
  found: string;
}

const ROOT = join(import.meta.dirname, '../../..');
const MAX_SENTENCE_WORDS = 30;
const FILES = [
  '{src,emulator,bench,scripts,test}/**/*.ts',
  '{docs,emulator,deploy,helm}/**/*.{md,gotmpl,tpl,txt,yaml,conf,service}',
  '{README,CONTRIBUTING,CHANGELOG}.md',
  'config/*.yaml',
];
/** Recorded data, and what is generated from settings whose texts are counted in `src/config`. */
const EXCLUDED = [
  /^test\/fixtures\//,
  /\/node_modules\//,
  /^test\/structure\/(?:language\.spec|language\/banned-words)\.ts$/,
];
/** Words that begin no docstring of a function although they end in "s": plural nouns and words without meaning. */
const NO_VERBS = new Set(
  `this its is was has does as always unless thus us yes less others
  amounts bodies buckets bytes candidates cases characters choices clients completions connections conversations credentials
  definitions entries errors events exceptions families fields folders functions headers ids images instructions items keys
  letters lines listeners messages milliseconds models neighbors networks objects packages paths pieces places pools properties
  proxies quotas redis references regions requests resources results roles rows rules schemas scripts seconds servers settings
  sizes sockets spaces strings targets texts threads tokens tools values variables vectors words zeros`.split(/\s+/),
);
/** Beginnings without such a verb that state a condition. */
const OTHER_BEGINNINGS = /^(?:Called (?:when|only|once|by|for|after|before)|True if)\b/;

/**
 * Returns what breaks the rules of language in files whose path begins with `prefix`, by path and line.
 *
 * @param exceptions - words that pass in some files
 */
export function languageFindings(prefix = '', exceptions: readonly WordException[] = EXCEPTIONS): LanguageFinding[] {
  return FILES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .filter((path) => path.startsWith(prefix) && !EXCLUDED.some((excluded) => excluded.test(path)))
    .toSorted()
    .flatMap((path) => findingsIn(path, readFileSync(join(ROOT, path), 'utf8'), exceptions));
}

/** Returns what breaks the rules of language in one file. */
export function findingsIn(
  path: string,
  content: string,
  exceptions: readonly WordException[] = EXCEPTIONS,
): LanguageFinding[] {
  const isCode = path.endsWith('.ts');
  const { texts, docstrings } = isCode
    ? textsOfTypeScript(path, content)
    : { texts: [proseText(path, content)], docstrings: [] };
  const fileName: SourceText = { kind: 'name', position: 0, text: path.split('/').at(-1)!.replaceAll(/[-.]/g, ' ') };
  const lineOf = lineFinder(content);
  const passes = (word: string) => exceptions.some((one) => path.startsWith(one.path) && one.words.includes(word));
  return [
    ...[fileName, ...texts].flatMap(bannedWords),
    ...docstrings.filter(lacksVerb).map(({ position, text }) => finding('verbs', position, excerpt(text))),
    ...(isCode ? texts : []).flatMap(({ kind, position, text }) =>
      kind === 'comment' ? longSentences(text).map((long) => finding('sentences', position, long)) : [],
    ),
  ].toSorted((one, other) => one.line - other.line);

  function finding(rule: LanguageRule, position: number, found: string): LanguageFinding {
    return { rule, path, line: lineOf(position), found };
  }

  function bannedWords({ position, text }: SourceText): LanguageFinding[] {
    const prose = withoutCode(text);
    return [...prose.matchAll(BANNED_WORDS)].flatMap(({ 0: found, index }) => {
      const word = found.toLowerCase().replaceAll(/\s+/g, ' ');
      const linesBefore = prose.slice(0, index).match(/\n/g)?.length ?? 0;
      return passes(word) ? [] : [{ rule: 'vocabulary', path, line: lineOf(position) + linesBefore, found: word }];
    });
  }
}

/** Returns the row of the table to which a file belongs. */
export function languageModuleOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  if (folders[0] === 'docs' && !folders[1]) return path;
  if (folders[0] === 'src')
    return folders.slice(0, /^(?:api|inference|translation)$/.test(folders[1] ?? '') ? 3 : 2).join('/');
  if (folders[0] === 'test' || folders[0] === 'docs') return folders.slice(0, 2).join('/');
  return folders[0] ?? path;
}

export type LanguageCounts = Record<string, Partial<Record<LanguageRule, number>>>;

/** Counts findings for each module and rule. Modules without any are absent. */
export function countFindings(findings: readonly LanguageFinding[]): LanguageCounts {
  const counts: LanguageCounts = {};
  for (const { path, rule } of findings) {
    const row = (counts[languageModuleOf(path)] ??= {});
    row[rule] = (row[rule] ?? 0) + 1;
  }
  return counts;
}

/** Blanks code in backticks, fenced code and the targets of links, because it quotes names. */
function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```|`[^`\n]*`|\]\([^)\s]*\)|https?:\/\/\S+/g, (code) =>
    code.replaceAll(/[^\n]/g, ' '),
  );
}

function proseText(path: string, content: string): SourceText {
  const text = path.endsWith('.md') ? content : content.replaceAll(/\b[\w-]+:(?=\s)/g, (key) => ' '.repeat(key.length));
  return { kind: 'comment', position: 0, text };
}

function lacksVerb({ text }: FunctionDocstring): boolean {
  const [first] = /^[A-Za-z'-]+/.exec(text) ?? [''];
  return !OTHER_BEGINNINGS.test(text) && (!/^[A-Z].*[a-z]s$/.test(first) || NO_VERBS.has(first.toLowerCase()));
}

function longSentences(comment: string): string[] {
  return withoutCode(comment)
    .split(/\n\s*\n|\n\s*(?=[-*@])/)
    .flatMap((paragraph) => paragraph.replaceAll(/\s+/g, ' ').split(/(?<=[.?!][)"']?) (?=[A-Z`"(])/))
    .filter((sentence) => (sentence.match(/[A-Za-z\d][\w'’.-]*/g)?.length ?? 0) > MAX_SENTENCE_WORDS)
    .map(excerpt);
}

function excerpt(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 80);
}

function lineFinder(content: string): (position: number) => number {
  const starts = [0, ...[...content.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (position) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= position) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
