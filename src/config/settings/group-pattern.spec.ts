import { captureCount, compileGroupPattern, groupPatternProblem, MAX_GROUP_LENGTH } from './group-pattern.ts';

describe('groupPatternProblem', () => {
  it.each([
    'llm-(.+)-dev',
    'app_([a-z]+)_(prod|test)',
    '(?<team>[\\w-]+)/developers',
    'a{2,5}b{3}',
    '(?:llm|genai)-(.+)',
    '[(+*]+x',
    '\\p{Lu}\\(.*',
    '(a)?b',
    '(.+)-(.+)',
    'llm-([^-]+)-.+-(dev|test|int|stage|prod)',
    '(?:a?b?c?d?)x(.*)y',
    'x?y?(.*)(.*)z',
  ])('accepts %s', (pattern) => {
    expect(groupPatternProblem(pattern)).toBeUndefined();
    // The longest name takes no time that a request would notice; an exponential expression would not end.
    for (const name of ['a', '-', 'x', 'llm-a-'])
      compileGroupPattern(pattern).exec(name.repeat(MAX_GROUP_LENGTH).slice(0, MAX_GROUP_LENGTH));
  });

  it.each([
    ['(a+)+', /repeat no part/],
    ['(?:a|a)*b', /repeat no part/],
    ['((a?)b)+', /repeat no part/],
    ['(a{1,9}){1,9}', /repeat no part/],
    ['(.*){8}x', /repeat no part/],
    ['(x(y+))*', /repeat no part/],
    ['.*.*.*x', /at most two of/],
    ['(.+)-(.+)-(.+)', /at most two of/],
    ['(.*)(.*){3,}b', /at most two of|repeat no part/],
    [`${'a?'.repeat(10)}(.*)(.*)(.*)b`, /at most two of/],
    [`${'a?'.repeat(4)}(.*)(.*)b`, /optional parts/],
    ['a?'.repeat(18), /optional parts/],
    ['(a|a)'.repeat(18), /alternatives/],
    ['(a|b|c|d|e|f|g)(.+)(.+)', /alternatives/],
    ['a{0,200}b{0,200}c{0,200}', /fewer quantifiers/],
    ['(a)\\1', /back reference/],
    ['(?<x>a)\\k<x>', /back reference/],
    ['(?=a)b', /look-around/],
    ['(?<!a)b', /look-around/],
    ['(?i:a)', /modifier/],
    ['(a', /regular expression/],
    ['a'.repeat(257), /at most 256 characters/],
  ])('rejects %s', (pattern, problem) => {
    expect(groupPatternProblem(pattern)).toMatch(problem);
  });

  it('counts capture groups', () => {
    expect(['a', '(a)', '(?:a)(?<b>c)(d)'].map(captureCount)).toEqual([0, 1, 2]);
  });
});
