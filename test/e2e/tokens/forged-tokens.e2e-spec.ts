import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { withTeams } from '../../support/teams.ts';
import {
  AUDIENCE,
  base64url,
  ecPair,
  type IssuerKeyPair,
  publicJwk,
  rsaPair,
  signed,
  signedWithSecret,
  TokenIssuer,
} from '../../support/token-issuer.ts';

const known = rsaPair('known');
const elliptic = ecPair('elliptic');
const short = rsaPair('short', 1_024);
const attacker = rsaPair('attacker');

interface Forgery {
  name: string;
  token: (issuer: TokenIssuer) => string;
  /** Part of the message. */
  reason: RegExp;
}

const now = (): number => Math.floor(Date.now() / 1_000);
const header = (more: Record<string, unknown> = {}) => ({ alg: 'RS256', kid: 'known', typ: 'JWT', ...more });
const withClaims =
  (more: Record<string, unknown>, pair: IssuerKeyPair = known) =>
  (issuer: TokenIssuer): string =>
    signed(pair, header({ alg: pair.alg, kid: pair.kid }), issuer.claims(more));
const withHeader =
  (more: Record<string, unknown>, pair = known) =>
  (issuer: TokenIssuer): string =>
    signed(pair, header(more), issuer.claims());
const pem = known.publicKey.export({ format: 'pem', type: 'spki' }) as string;

const FORGERIES: readonly Forgery[] = [
  {
    name: 'alg none',
    token: (issuer) => `${base64url({ alg: 'none', kid: 'known' })}.${base64url(issuer.claims())}.`,
    reason: /algorithm/,
  },
  { name: 'alg NONE with a signature', token: withHeader({ alg: 'NONE' }), reason: /algorithm/ },
  {
    name: 'HS256 with the public key as secret',
    token: (issuer) => signedWithSecret(pem, header({ alg: 'HS256' }), issuer.claims()),
    reason: /algorithm/,
  },
  {
    name: 'RS256 in the header, HMAC as signature',
    token: (issuer) => signedWithSecret(pem, header(), issuer.claims()),
    reason: /signature/,
  },
  { name: 'an algorithm that is not configured', token: withHeader({ alg: 'RS512' }), reason: /algorithm/ },
  { name: 'an algorithm of another type of key', token: withHeader({ alg: 'ES256' }), reason: /key id/ },
  { name: 'no algorithm', token: withHeader({ alg: undefined }), reason: /algorithm/ },
  { name: 'an algorithm that is no text', token: withHeader({ alg: ['RS256'] }), reason: /algorithm/ },
  { name: 'another issuer', token: withClaims({ iss: 'https://evil.example.com' }), reason: /issuer/ },
  {
    name: 'the issuer with a slash',
    token: (issuer) => withClaims({ iss: `${issuer.url}/` })(issuer),
    reason: /issuer/,
  },
  { name: 'a list of issuers', token: (issuer) => withClaims({ iss: [issuer.url] })(issuer), reason: /issuer/ },
  { name: 'no issuer', token: withClaims({ iss: undefined }), reason: /issuer/ },
  { name: 'another audience', token: withClaims({ aud: 'billing' }), reason: /audience/ },
  { name: 'no audience', token: withClaims({ aud: undefined }), reason: /audience/ },
  {
    name: 'an audience that contains the accepted one',
    token: withClaims({ aud: `${AUDIENCE}-test` }),
    reason: /audience/,
  },
  { name: 'an expired token', token: withClaims({ exp: now() - 60 }), reason: /expired/ },
  { name: 'no end', token: withClaims({ exp: undefined }), reason: /exp/ },
  { name: 'an end that is text', token: withClaims({ exp: '9999999999' }), reason: /exp/ },
  { name: 'a start in the future', token: withClaims({ nbf: now() + 120 }), reason: /nbf/ },
  { name: 'a start that is text', token: withClaims({ nbf: 'now' }), reason: /nbf/ },
  { name: 'no subject', token: withClaims({ sub: undefined }), reason: /sub/ },
  { name: 'a subject that is a number', token: withClaims({ sub: 7 }), reason: /sub/ },
  { name: 'a long subject', token: withClaims({ sub: 'a'.repeat(257) }), reason: /sub/ },
  { name: 'groups that are an object', token: withClaims({ groups: { admin: true } }), reason: /groups/ },
  {
    name: '501 groups',
    token: withClaims({ groups: Array.from({ length: 501 }, () => 'a') }),
    reason: /more than 500/,
  },
  { name: 'an unknown key', token: withHeader({ kid: 'other' }), reason: /key id/ },
  { name: 'a path as key id', token: withHeader({ kid: '../../../../dev/null' }), reason: /key id/ },
  { name: 'a key id with the name of a property', token: withHeader({ kid: '__proto__' }), reason: /key id/ },
  { name: 'a key id that is no text', token: withHeader({ kid: { $ne: '' } }), reason: /kid/ },
  { name: 'no key id beside several keys', token: withHeader({ kid: undefined }), reason: /key id/ },
  {
    name: 'the key of another pair',
    token: (issuer) => signed(attacker, header(), issuer.claims()),
    reason: /signature/,
  },
  {
    name: 'an embedded key',
    token: withHeader({ jwk: publicJwk(attacker), kid: 'known' }, attacker),
    reason: /signature/,
  },
  {
    name: 'the URL of a key set',
    token: withHeader({ jku: 'http://127.0.0.1:9/jwks', kid: 'attacker' }, attacker),
    reason: /key id/,
  },
  {
    name: 'a certificate',
    token: withHeader({ x5u: 'http://127.0.0.1:9/', x5c: ['MIIB'] }, attacker),
    reason: /signature/,
  },
  { name: 'an RSA key of 1024 bits', token: withClaims({}, short), reason: /key id/ },
  { name: 'a critical extension', token: withHeader({ crit: ['b64'], b64: false }), reason: /crit/ },
  { name: 'a logout token', token: withHeader({ typ: 'logout+jwt' }), reason: /typ/ },
  { name: 'a token that is bound to a key', token: withClaims({ cnf: { jkt: 'abc' } }), reason: /cnf/ },
  { name: 'a token of 8,193 characters', token: withClaims({ filler: 'x'.repeat(8_000) }), reason: /8 KB/ },
  { name: 'a token without its last characters', token: (issuer) => issuer.token().slice(0, -3), reason: /signature/ },
  { name: 'a token without a signature', token: (issuer) => issuer.token().replace(/[^.]+$/, ''), reason: /signature/ },
  {
    name: 'claims of another token',
    token: (issuer) => swapped(issuer.token(), issuer.token({ sub: 'root' })),
    reason: /signature/,
  },
  { name: 'a signature with padding', token: (issuer) => `${issuer.token()}==`, reason: /issuer/ },
  { name: 'three texts', token: () => 'one.two.three', reason: /issuer/ },
];

/** Returns the first token with the claims of the second one. */
function swapped(first: string, second: string): string {
  const [head, , signature] = first.split('.');
  return [head, second.split('.')[1], signature].join('.');
}

describe('forged tokens', () => {
  let issuer: TokenIssuer;
  let gateway: TestGateway;
  beforeAll(async () => {
    issuer = await TokenIssuer.start(known, elliptic, short);
    gateway = await startGateway(withTeams(issuer.settings(), 'search'));
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });

  const get = (token: string) => gateway.send('/v1/models', { headers: { authorization: `Bearer ${token}` } });

  it.each([
    ['RS256', () => issuer.token()],
    ['ES256', () => withClaims({}, elliptic)(issuer)],
    ['an access token (RFC 9068)', () => withHeader({ typ: 'at+jwt' })(issuer)],
    ['several audiences', () => withClaims({ aud: ['billing', AUDIENCE] })(issuer)],
    ['an end 20 seconds ago', () => withClaims({ exp: now() - 20 })(issuer)],
    ['a start in 20 seconds', () => withClaims({ nbf: now() + 20 })(issuer)],
  ])('accepts %s', async (_, token) => {
    expect((await get(token())).status).toBe(200);
  });

  it.each(FORGERIES)('rejects $name', async ({ token, reason }) => {
    const answer = await get(token(issuer));
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code, error.message]).toEqual([401, 'invalid_token', expect.stringMatching(reason)]);
  });

  it('reads the last of duplicate claims, as the signature covers both', async () => {
    const claims = JSON.stringify(issuer.claims()).replace('"sub":"ada"', '"sub":"ada","exp":1,"exp":1');
    expect((await get(signed(known, header(), claims))).status).toBe(200);
    const expired = JSON.stringify(issuer.claims()).replace(/}$/, ',"exp":1}');
    expect((await get(signed(known, header(), expired))).status).toBe(401);
  });

  it('limits invalid signatures of an address, and accepts tokens of the cache meanwhile', async () => {
    const valid = issuer.token({ sub: 'cached' });
    expect((await get(valid)).status).toBe(200);
    const forged = Array.from({ length: 60 }, (_, at) => signed(attacker, header(), issuer.claims({ jti: at })));
    const statuses = await Promise.all(forged.map(async (token) => (await get(token)).status));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(30);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const limited = await get(forged[0]!);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await get(valid)).status).toBe(200);
  });

  it('requests the key set once for a flood of unknown keys', async () => {
    const before = issuer.requests;
    const flood = Array.from({ length: 50 }, (_, at) => withHeader({ kid: `k${at}` })(issuer));
    const statuses = await Promise.all(flood.map(async (token) => (await get(token)).status));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(issuer.requests - before).toBeLessThanOrEqual(1);
  });
});
