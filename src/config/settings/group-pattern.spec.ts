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
  ])('accepts %s', (pattern) => {
    expect(groupPatternProblem(pattern)).toBeUndefined();
    // The longest name takes no time that a request would notice; an exponential expression would not end.
    compileGroupPattern(pattern).exec('a'.repeat(MAX_GROUP_LENGTH));
  });

  it.each([
    ['(a+)+', /repeat no part/],
    ['(?:a|a)*b', /repeat no part/],
    ['((a?)b)+', /repeat no part/],
    ['(a{1,9}){1,9}', /repeat no part/],
    ['(.*){8}x', /repeat no part/],
    ['(x(y+))*', /repeat no part/],
    ['.*.*.*.*x', /at most 3 quantifiers/],
    ['a?'.repeat(11), /at most 10 alternatives/],
    ['(a|a)'.repeat(11), /at most 10 alternatives/],
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
