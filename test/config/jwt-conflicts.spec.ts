import { buildConfig, buildConfigWithOrigins } from '../../src/config/load-config.ts';

const problemsOf = (auth: object): string => {
  try {
    buildConfig({ file: { path: 'test.yaml', text: JSON.stringify({ auth }) }, environment: {}, readFile: () => '' });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};
const warningsOf = (auth: object): string[] => {
  const file = { path: 'test.yaml', text: JSON.stringify({ auth }) };
  const { warnings } = buildConfigWithOrigins({ file, environment: {}, readFile: () => '' });
  return (warnings ?? []).map(({ path }) => path);
};
const issuer = (more: object = {}) => ({ issuer: 'https://login.example.com/', audience: ['outcrop'], ...more });

describe('settings of tokens', () => {
  it.each([
    ['an issuer', issuer()],
    ['a key set by URL', issuer({ issuer: 'company', jwksUri: 'https://login.example.com/keys' })],
    ['a key set of a file', issuer({ issuer: 'company', jwksFile: '/etc/jwks.json' })],
    ['an issuer of this machine', issuer({ issuer: 'http://localhost:8080' })],
  ])('accept %s', (_, one) => {
    expect(problemsOf({ jwt: [one] })).toBe('');
  });

  it.each([
    ['no audience', issuer({ audience: [] }), 'auth.jwt[0].audience'],
    ['a symmetric algorithm', issuer({ algorithms: ['RS256', 'HS256'] }), 'auth.jwt[0].algorithms'],
    ['the algorithm none', issuer({ algorithms: ['none'] }), 'auth.jwt[0].algorithms'],
    ['no algorithm', issuer({ algorithms: [] }), 'auth.jwt[0].algorithms'],
    ['an issuer that is no URL', issuer({ issuer: 'company' }), 'auth.jwt[0].issuer'],
    ['keys over plain HTTP', issuer({ jwksUri: 'http://login.example.com/keys' }), 'auth.jwt[0].jwksUri'],
    ['an issuer over plain HTTP', issuer({ issuer: 'http://login.example.com/' }), 'auth.jwt[0].issuer'],
    ['two sources', issuer({ jwksUri: 'https://a.example.com', jwksFile: '/a' }), 'auth.jwt[0].jwksUri'],
  ])('reject %s', (_, one, path) => {
    expect(problemsOf({ jwt: [one] })).toContain(path);
  });

  it('reject an issuer twice, and rules of groups that cannot work', () => {
    expect(problemsOf({ jwt: [issuer(), issuer()] })).toContain('auth.jwt[1].issuer');
    expect(problemsOf({ groups: [{ match: '(a+)+', team: 'a' }] })).toContain('auth.groups[0].match');
    expect(problemsOf({ groups: [{ match: 'a', team: '$1' }] })).toContain('auth.groups[0].team');
    expect(problemsOf({ groups: [{ match: 'a', role: 'team-admin' }] })).toContain('auth.groups[0].team');
    expect(problemsOf({ groups: [{ match: 'llm-(.+)', team: '$1' }] })).toBe('');
  });

  it('warn of roles of several issuers, and of rules of an issuer that is not configured', () => {
    const two = [issuer(), issuer({ issuer: 'https://other.example.com/' })];
    const roles = ['admin', 'auditor', 'team-admin', 'member'].map((role) => ({ match: role, team: 'a', role }));
    const paths = ['auth.groups[0]', 'auth.groups[1]', 'auth.groups[2]'];
    expect(warningsOf({ jwt: two, groups: roles })).toEqual(paths);
    expect(warningsOf({ jwt: two.slice(1), groups: roles })).toEqual([]);
    const bound = roles.map((rule) => ({ ...rule, issuer: 'https://login.example.com/' }));
    expect(warningsOf({ jwt: two, groups: bound })).toEqual([]);
    expect(warningsOf({ jwt: two.slice(1), groups: bound.slice(0, 1) })).toEqual(['auth.groups[0].issuer']);
  });
});
