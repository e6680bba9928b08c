import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayProcess, Settings } from '../../support/gateway-process.ts';
import { brokenRequests, MARKER, type MarkedRequest, wholeRequests } from '../../support/marked-requests.ts';
import type { Attack, AttackTarget } from '../attack.ts';

const STREAMS = 40;
const PACE_MS = 300;
/** The gateway promises one second from the change of the file; a busy machine may need two. */
const LONGEST_MS = 2_000;
const AT_A_TIME = 8;

const STREAMED = { model: 'claude-sonnet-4-6', stream: true, messages: [{ role: 'user', content: 'Hello' }] };

interface Auth {
  keys: { name: string }[];
}

function withoutAttacker(settings: Settings): Settings {
  const auth = settings['auth'] as Auth;
  return { ...settings, auth: { keys: auth.keys.filter(({ name }) => name !== 'attacker'), cutRemovedKeys: true } };
}

async function stream({ origin, attackerKey }: AttackTarget): Promise<{ text: string; endedAt: number }> {
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${attackerKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(STREAMED),
  });
  const text = await answer.text();
  return { text, endedAt: performance.now() };
}

/** Measures the milliseconds until the key is rejected. */
async function refusedAfter({ origin, attackerKey }: AttackTarget, changedAt: number): Promise<number> {
  const headers = { authorization: `Bearer ${attackerKey}` };
  while ((await fetch(`${origin}/v1/models`, { headers })).status !== 401) {
    if (performance.now() - changedAt > 10_000) return Infinity;
    await sleep(20);
  }
  return performance.now() - changedAt;
}

async function send({ origin, attackerKey }: AttackTarget, request: MarkedRequest): Promise<void> {
  const { path, body, contentType = 'application/json' } = request;
  const headers = { authorization: `Bearer ${attackerKey}`, 'content-type': contentType };
  const answer = await fetch(origin + path, { method: 'POST', headers, body });
  await answer.text();
}

function written({ output, requests }: GatewayProcess): string[] {
  return [...output, ...[...requests.values()].map((line) => JSON.stringify(line))];
}

export const attacks: readonly Attack[] = [
  {
    name: `a leaked key with ${STREAMS} streams is removed from the file`,
    limit: 'auth.cutRemovedKeys, one second',
    short: true,
    maxCpuSeconds: 5,
    async run(target) {
      await target.emulator.behave([{ kind: 'pace', ms: PACE_MS, match: 'sonnet' }]);
      const streams = Array.from({ length: STREAMS }, () => stream(target));
      await sleep(2 * PACE_MS);
      const changedAt = performance.now();
      target.gateway.reconfigure(withoutAttacker);
      const refusedMs = await refusedAfter(target, changedAt);
      const ended = await Promise.all(streams);
      const slowestMs = Math.max(...ended.map(({ endedAt }) => endedAt - changedAt));
      const failures: string[] = [];
      if (refusedMs > LONGEST_MS) failures.push(`rejected after ${refusedMs.toFixed(0)} ms`);
      if (slowestMs > LONGEST_MS) failures.push(`the last stream ended after ${slowestMs.toFixed(0)} ms`);
      const whole = ended.filter(({ text }) => text.includes('[DONE]') || !text.includes('api_key_revoked')).length;
      if (whole > 0) failures.push(`${whole} streams did not end with api_key_revoked`);
      if (!(await target.gateway.prints(`"api_key_revoked".*"ended":${STREAMS}`))) failures.push('no audit event');
      return failures;
    },
  },
  {
    name: 'content in every field, and failures of every kind, at level trace',
    limit: 'logs contain no content at any level',
    settings: { logging: { level: 'trace' }, retry: { maxRetries: 0 } },
    short: true,
    maxCpuSeconds: 5,
    async run(target) {
      await target.emulator.behave([
        { kind: 'refuse', name: 'ValidationException', message: MARKER, match: 'sonnet', times: 10 },
        { kind: 'refuse', name: 'ModelErrorException', message: MARKER, match: 'sonnet', times: 10 },
        { kind: 'reply', contentType: 'application/json', body: `{${MARKER}`, match: 'sonnet', times: 10 },
      ]);
      const waiting = [...wholeRequests(), ...wholeRequests(), ...brokenRequests()];
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(target, next);
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, worker));
      await sleep(500);
      const lines = written(target.gateway).filter((line) => line.includes(MARKER));
      return lines.length === 0 ? [] : [`${lines.length} lines contain content: ${lines[0]!.slice(0, 300)}`];
    },
  },
];
