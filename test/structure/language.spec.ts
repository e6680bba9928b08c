import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BANNED_WORDS, EXCEPTIONS } from './language/banned-words.ts';
import {
  countFindings,
  findingsIn,
  type LanguageCounts,
  languageFindings,
  languageModuleOf,
} from './language/language-findings.ts';

/*
 * Counts, for each module, what breaks the rules of language: banned words in comments, texts and names (`vocabulary`),
 * docstrings of functions without a verb at the start (`verbs`), and sentences of more than 30 words (`sentences`).
 * language/counts.json holds the counts, which may only fall.
 *
 * node test/structure/language/list.ts src/bedrock   lists the findings below a path
 * node test/structure/language/list.ts --lower       writes counts that have fallen into the table; needed after a merge, too
 */
const TABLE = join(import.meta.dirname, 'language/counts.json');

const findings = languageFindings();

/** Returns what `findingsIn` reports for a file, as `line rule found`. */
function reported(path: string, lines: readonly string[]): string[] {
  return findingsIn(path, lines.join('\n')).map(({ line, rule, found }) => `${line} ${rule} ${found}`);
}

describe('the language of comments, texts and names', () => {
  it('finds exactly as many violations as the table allows', () => {
    const table = JSON.parse(readFileSync(TABLE, 'utf8')) as LanguageCounts;
    const actual = countFindings(findings);
    const modules = [...new Set([...Object.keys(table), ...Object.keys(actual)])].toSorted();
    const differences = modules.flatMap((module) =>
      (['vocabulary', 'verbs', 'sentences'] as const).flatMap((rule) => {
        const allowed = table[module]?.[rule] ?? 0;
        const counted = actual[module]?.[rule] ?? 0;
        if (counted === allowed) return [];
        if (counted < allowed) return [`${module}: ${rule} fell from ${allowed} to ${counted}; run list.ts --lower`];
        const found = findings.filter((finding) => finding.rule === rule && languageModuleOf(finding.path) === module);
        return [
          `${module}: ${rule} rose from ${allowed} to ${counted}`,
          ...found.map((finding) => `  ${finding.path}:${finding.line} ${finding.found}`),
        ];
      }),
    );
    expect(differences).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const isUsed = ({ path, words }: (typeof EXCEPTIONS)[number]) =>
      words.filter((word) => !languageFindings(path, []).some(({ found }) => found === word));
    expect(EXCEPTIONS.flatMap((exception) => isUsed(exception).map((word) => `${exception.path}: ${word}`))).toEqual(
      [],
    );
  });

  it('explains each exception', () => {
    expect(EXCEPTIONS.filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
});

describe('the search for violations', () => {
  it('finds banned words in comments, texts, declared names and file names', () => {
    expect(
      reported('src/a/foreign-key.ts', [
        '// The client is told,',
        '// and nobody waits.',
        'const toldOnce = readOnce(said);',
        "throw new Error('it goes\\nwithout a model');",
        'const text = `It says ${other} thoughts`;',
      ]),
    ).toEqual([
      '1 vocabulary foreign',
      '1 vocabulary told',
      '2 vocabulary nobody',
      '3 vocabulary told',
      '4 vocabulary goes without',
      '5 vocabulary says',
      '5 vocabulary thoughts',
    ]);
  });

  it('ignores code in backticks and one-word literals, and does not read a literal as a comment', () => {
    expect(
      reported('src/a/b.ts', ['// `told` and `a say`', "const type = 'thought';", "const url = 'a // said';"]),
    ).toEqual(['3 vocabulary said']);
  });

  it('counts titles of tests, but not their data', () => {
    expect(
      reported('test/a/b.spec.ts', [
        "it('is told', () => ask('please say so'));",
        "it.each(['say it'])('says %s', () => {});",
        "describe('x', () => { const text = 'say it'; });",
      ]),
    ).toEqual(['1 vocabulary told', '2 vocabulary says']);
  });

  it('requires docstrings of functions and methods to begin with a verb in the third person', () => {
    expect(
      reported('src/a/b.ts', [
        '/** Returns a. */',
        'function a() {}',
        '/** The b. */',
        'function b() {}',
        '/** Bytes of c. */',
        'export const c = () => 1;',
        'class D {',
        '  /** Whether e. */',
        '  e() {}',
        '  /** Called when f. */',
        '  f() {}',
        '  /** The field. */',
        '  g = 1;',
        '}',
      ]),
    ).toEqual(['3 verbs The b.', '5 verbs Bytes of c.', '8 verbs Whether e.']);
  });

  it('finds sentences of more than 30 words across lines', () => {
    const words = (count: number) => 'word '.repeat(count).trim();
    expect(
      reported('src/a/b.ts', [`// ${words(20)}`, `// ${words(10)}.`, '', `// ${words(20)}`, `// ${words(11)}.`]),
    ).toEqual([expect.stringMatching(/^4 sentences word/)]);
  });

  it('ignores the code of pages', () => {
    expect(
      reported('docs/a.md', ['# Told', '', '```sh', 'say hello', '```', 'the `say` [x](https://say)', 'behaviour']),
    ).toEqual(['1 vocabulary told', '7 vocabulary behaviour']);
  });

  it('matches whole words only', () => {
    expect('lawn retold to-tell sayings normalised'.match(BANNED_WORDS)).toEqual(['normalised']);
  });
});
