import { substitute } from './substitution.ts';

const files = new Map([
  ['/run/secrets/url', 'redis://h:6379\n'],
  ['/run/windows', 'value\r\n'],
  ['/run/two-lines', 'one\ntwo\n\n'],
]);

const sources = {
  environment: { PORT: '9000', NAME: 'team', EMPTY: '', DOLLAR: '$$ ${PORT}', _x1: 'under' },
  readFile: (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw Object.assign(new Error('ENOENT: …'), { code: 'ENOENT' });
    return text;
  },
};

describe('substitution', () => {
  it.each([
    ['plain', 'plain', 'none'],
    ['', '', 'none'],
    ['costs 5$ or $6', 'costs 5$ or $6', 'none'],
    ['${PORT}', '9000', 'all'],
    ['${_x1}', 'under', 'all'],
    ['${PORT:-1}', '9000', 'all'],
    ['${NOT_SET:-8080}', '8080', 'all'],
    ['${NOT_SET:-}', '', 'all'],
    ['${EMPTY}', '', 'all'],
    ['${EMPTY:-8080}', '8080', 'all'],
    ['${NOT_SET:-http://h:1/$x:-y}', 'http://h:1/$x:-y', 'all'],
    ['${file:/run/secrets/url}', 'redis://h:6379', 'all'],
    ['${file:/run/windows}', 'value', 'all'],
    ['${file:/run/two-lines}', 'one\ntwo\n', 'all'],
    ['http://127.0.0.1:${PORT}/x', 'http://127.0.0.1:9000/x', 'part'],
    ['${NAME}-${PORT}', 'team-9000', 'part'],
    ['$$', '$', 'none'],
    ['$${PORT}', '${PORT}', 'none'],
    ['$$${PORT}', '$9000', 'part'],
    // The value of a variable is not substituted again.
    ['${DOLLAR}', '$$ ${PORT}', 'all'],
  ])('%j becomes %j (%s)', (text, expected, extent) => {
    expect(substitute(text, sources)).toMatchObject({ text: expected, extent, problems: [] });
  });

  it.each([
    ['a ${PORT', '"${" has no closing brace; use $$ for a literal $'],
    ['${}', '"${…}" must be ${VAR}, ${VAR:-default} or ${file:/path}; use $$ for a literal $'],
    ['${1st}', '"${…}" must be ${VAR}, ${VAR:-default} or ${file:/path}; use $$ for a literal $'],
    ['${PORT:8080}', '"${…}" must be ${VAR}, ${VAR:-default} or ${file:/path}; use $$ for a literal $'],
    ['${file:relative}', '${file:…} needs an absolute path'],
  ])('%j is rejected', (text, problem) => expect(substitute(text, sources).problems).toEqual([problem]));

  it.each([
    ['${NOT_SET}', 'the variable NOT_SET is not set; set it, or add a default with ${NOT_SET:-default}'],
    ['${file:/run/nothing}', '/run/nothing cannot be read: the file does not exist'],
  ])('%j is unresolved', (text, problem) =>
    expect(substitute(text, sources)).toMatchObject({ problems: [], unresolved: [problem] }),
  );

  it('reports all problems of one text', () => {
    expect(substitute('${1}${B C}', sources).problems).toHaveLength(2);
    expect(substitute('${A}${B}', sources).unresolved).toHaveLength(2);
  });

  it('reports the origin of a value, which may be secret', () => {
    expect(substitute('${NAME} ${file:/run/secrets/url}', sources).origin).toEqual({
      name: 'the value of ${NAME} and ${file:/run/secrets/url}',
      discloses: 'nothing',
    });
    expect(substitute('plain', sources).origin).toBeUndefined();
  });
});
