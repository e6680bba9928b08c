import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { base64url, ecPair, publicJwk, rsaPair, signed } from '../../support/token-issuer.ts';
import type { Attack, AttackTarget } from '../attack.ts';

const REQUESTS = 4_000;
const FEW = 1_000;
const AT_A_TIME = 32;
const ISSUER = 'https://login.example.com/';
const known = rsaPair('known');
const other = ecPair('other');
const jwksFile = join(tmpdir(), `outcrop-attack-jwks-${process.pid}.json`);

const claims = (more: Record<string, unknown> = {}) => ({
  iss: ISSUER,
  aud: 'outcrop',
  sub: 'mallory',
  exp: Math.floor(Date.now() / 1_000) + 3_600,
  ...more,
});

/** Rules whose check of a group takes the longest time that the configuration allows. */
const SLOW_RULES = ['(.*)(.*)(?:w|x|y|z)', 'a?a?(.*)(.*)b', 'llm-(.+)-(.+)-(dev|int|test|prod)'].map((match) => ({
  match,
  team: 'search',
}));

/** Adds the issuer, and further ones, to the settings, and waits until it is known. */
async function acceptTokens({ origin, gateway }: AttackTarget, ...more: readonly object[]): Promise<void> {
  writeFileSync(jwksFile, JSON.stringify({ keys: [publicJwk(known)] }));
  const jwt = [{ issuer: ISSUER, audience: ['outcrop'], jwksFile }, ...more];
  const auth = { jwt, groups: SLOW_RULES };
  gateway.reconfigure((settings) => ({ ...settings, auth: { ...(settings['auth'] as object), ...auth } }));
  const headers = { authorization: `Bearer ${signed(known, { alg: 'RS256', kid: 'known' }, claims())}` };
  while (!(await (await fetch(`${origin}/v1/models`, { headers })).text()).includes('no_matching_team'))
    await sleep(20);
}

/** Starts an issuer that accepts connections and never answers. Returns its URL and the number of requests. */
async function hangingIssuer() {
  let requests = 0;
  const server = createServer(() => (requests += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => requests,
    stop: () => (server.close(), server.closeAllConnections()),
  };
}

/** Sends requests with tokens. Returns the statuses with their numbers. */
async function flood(
  target: AttackTarget,
  token: (at: number) => string,
  requests = REQUESTS,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < requests) {
      sent += 1;
      const headers = { authorization: `Bearer ${token(sent)}` };
      const answer = await fetch(`${target.origin}/v1/models`, { headers });
      await answer.arrayBuffer();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return statuses;
}

function unexpected(statuses: Map<number, number>, ...expected: number[]): string[] {
  return [...statuses]
    .filter(([status]) => !expected.includes(status))
    .map(([status, count]) => `${count} × ${status}`);
}

function attack(name: string, limit: string, run: (target: AttackTarget) => Promise<string[]>): Attack {
  return {
    name,
    limit,
    short: true,
    maxCpuSeconds: 8,
    run: async (target) => (await acceptTokens(target), run(target)),
  };
}

export const attacks: readonly Attack[] = [
  attack(
    `${REQUESTS} tokens of the configured issuer with invalid signatures`,
    '20 invalid signatures of an address, then 2 a second',
    async (target) => {
      const forged = `${base64url({ alg: 'RS256', kid: 'known' })}.`;
      const signature = `.${base64url('x'.repeat(256))}`;
      const statuses = await flood(target, (at) => forged + base64url(claims({ jti: at })) + signature);
      const checked = statuses.get(401) ?? 0;
      return [...unexpected(statuses, 401, 429), ...(checked > 200 ? [`${checked} signatures were verified`] : [])];
    },
  ),
  attack(
    `${REQUESTS} tokens of 8 KB, each with another unknown key`,
    'checks before the signature, no request for a file',
    async (target) => {
      const filler = 'x'.repeat(5_000);
      const statuses = await flood(target, (at) => {
        return `${base64url({ alg: 'RS256', kid: `k${at}` })}.${base64url(claims({ filler }))}.eA`;
      });
      return unexpected(statuses, 401);
    },
  ),
  attack(
    `${REQUESTS} tokens of unknown issuers and of 12 KB`,
    'length and issuer are checked before the signature',
    async (target) => {
      const valid = signed(other, { alg: 'ES256', kid: 'other' }, claims({ iss: 'https://evil.example.com' }));
      const long = `${valid.split('.', 1)[0]}.${base64url('x'.repeat(8_500))}.eA`;
      return unexpected(await flood(target, (at) => (at % 2 === 0 ? valid : long)), 401);
    },
  ),
  attack(
    `${REQUESTS} forged tokens of several issuers, keys and sizes, one issuer does not answer`,
    'requests wait for keys only at the beginning of a load',
    async (target) => {
      const hanging = await hangingIssuer();
      await acceptTokens(target, { issuer: hanging.url, audience: ['outcrop'] });
      const issuers = [ISSUER, hanging.url, `${ISSUER}x`, 'https://evil.example.com', 'file:///etc/passwd', ''];
      const headers = [{ kid: 'known' }, { kid: '__proto__' }, {}, { kid: 'k'.repeat(3_000) }];
      const statuses = await flood(target, (at) => {
        const header = { alg: at % 5 === 0 ? 'none' : 'RS256', ...headers[at % headers.length], jku: hanging.url };
        const more = { iss: issuers[at % issuers.length], jti: at, filler: 'x'.repeat((at * 37) % 5_000) };
        return `${base64url(header)}.${base64url(claims(more))}.${base64url('x'.repeat(256))}`;
      });
      const requested = hanging.count();
      hanging.stop();
      // The first keys are requested again after 5 s, and no token causes a request.
      return [...unexpected(statuses, 401, 429, 503), ...(requested > 12 ? [`${requested} requests for keys`] : [])];
    },
  ),
  attack(
    `${FEW} valid tokens with hostile names of groups, for the slowest rules that the configuration allows`,
    'at most 500 groups of 256 characters, and a bound on expressions in auth.groups',
    async (target) => {
      const groups = [
        Array.from({ length: 20 }, (_, at) => '-'.repeat(250) + at),
        Array.from({ length: 20 }, (_, at) => 'a'.repeat(250) + at),
        Array.from({ length: 15 }, (_, at) => `llm-${'a-'.repeat(120)}${at}`),
        Array.from({ length: 500 }, (_, at) => `a${at}`),
      ];
      const statuses = await flood(
        target,
        (at) => signed(known, { alg: 'RS256', kid: 'known' }, claims({ jti: at, groups: groups[at % 4] })),
        FEW,
      );
      return unexpected(statuses, 403);
    },
  ),
  attack(
    `${FEW} tokens with 501, 1,000 and 10,000 groups`,
    'at most 500 groups, and tokens of at most 8 KB',
    async (target) => {
      const tokens = [501, 1_000, 10_000].map((count) =>
        signed(known, { alg: 'RS256', kid: 'known' }, claims({ groups: Array.from({ length: count }, () => 'a') })),
      );
      return unexpected(await flood(target, (at) => tokens[at % 3]!, FEW), 401, 431);
    },
  ),
];
