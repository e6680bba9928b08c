import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { base64url, ecPair, publicJwk, rsaPair, signed } from '../../support/token-issuer.ts';
import type { Attack, AttackTarget } from '../attack.ts';

const REQUESTS = 4_000;
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

/** Adds the issuer to the settings, and waits until it is known. */
async function acceptTokens({ origin, gateway }: AttackTarget): Promise<void> {
  writeFileSync(jwksFile, JSON.stringify({ keys: [publicJwk(known)] }));
  const jwt = [{ issuer: ISSUER, audience: ['outcrop'], jwksFile }];
  gateway.reconfigure((settings) => ({ ...settings, auth: { ...(settings['auth'] as object), jwt } }));
  const headers = { authorization: `Bearer ${signed(known, { alg: 'RS256', kid: 'known' }, claims())}` };
  while (!(await (await fetch(`${origin}/v1/models`, { headers })).text()).includes('no_matching_team'))
    await sleep(20);
}

/** Sends requests with tokens. Returns the statuses with their numbers. */
async function flood(target: AttackTarget, token: (at: number) => string): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < REQUESTS) {
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
];
