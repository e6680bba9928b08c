import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, AttackTarget } from '../attack.ts';
import { send, sendAll, type Sent } from '../send.ts';

const MODEL = 'claude-haiku-4-5';
/** Only background calls of the attacker are slow. */
const SLOW_MODEL = 'nova-lite';

interface StoredResponse {
  id: string;
  status: string;
}

/** Creates a response with the second key; `changes` override fields of the request. */
async function respond(target: AttackTarget, changes: object = {}): Promise<StoredResponse> {
  const { status, text } = await send(target, '/v1/responses', {
    key: target.otherKey,
    body: { model: MODEL, input: 'Hello', max_output_tokens: 20, ...changes },
  });
  if (status !== 200) throw new Error(`the second key received ${status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as StoredResponse;
}

const retrieve = (target: AttackTarget, id: string): Promise<Sent> =>
  send(target, `/v1/responses/${id}`, { key: target.otherKey });

export const attacks: readonly Attack[] = [
  {
    name: '3,000 stored responses of one key, in a store for 1,000',
    limit: 'share of a key: stored responses',
    settings: { responses: { store: 'memory', maxEntries: 1_000, maxBytes: 8 * 1024 * 1024 } },
    maxCpuSeconds: 20,
    async run(target) {
      const { id } = await respond(target);
      const body = { model: MODEL, input: 'x'.repeat(10_000), max_output_tokens: 5 };
      const sent = await sendAll(3_000, 4, () => send(target, '/v1/responses', { key: target.attackerKey, body }));
      const later = await respond(target);
      const found = await Promise.all([id, later.id].map((one) => retrieve(target, one)));
      return [
        ...(sent.every(({ status }) => status === 200) ? [] : ['not all responses were created']),
        ...(found.every(({ status }) => status === 200) ? [] : ['a stored response of the second key was lost']),
      ];
    },
  },
  {
    name: '300 endless background responses of one key',
    limit: 'share of a key: responses.maxBackground',
    settings: { responses: { store: 'memory' } },
    short: true,
    maxCpuSeconds: 10,
    async run(target) {
      await target.emulator.behave([{ kind: 'slow', ms: 120_000, before: 'headers', match: SLOW_MODEL }]);
      const body = { model: SLOW_MODEL, input: 'Work.', background: true };
      const sent = await sendAll(300, 4, () => send(target, '/v1/responses', { key: target.attackerKey, body }));
      const refused = sent.filter(({ status }) => status === 429).length;
      const { id } = await respond(target, { background: true });
      for (let attempt = 0; attempt < 400; attempt += 1) {
        const { text } = await retrieve(target, id);
        if (['completed', 'incomplete'].includes((JSON.parse(text) as StoredResponse).status)) break;
        if (attempt === 399) return [`the background response of the second key does not end: ${text.slice(0, 200)}`];
        await sleep(50);
      }
      return refused > 0 ? [] : ['none of 300 background responses was rejected'];
    },
  },
  {
    name: '2,000 invented model names',
    limit: 'share of a key: values of metric labels',
    settings: { models: { allowBedrockIds: 'all' } },
    maxCpuSeconds: 20,
    async run(target) {
      await sendAll(2_000, 4, (index) =>
        send(target, '/v1/chat/completions', {
          key: target.attackerKey,
          body: { model: `anthropic.claude-made-up-${index}-v1:0`, messages: [{ role: 'user', content: 'Hi' }] },
        }),
      );
      const body = { model: 'nova-micro', messages: [{ role: 'user', content: 'Hi' }] };
      const { status } = await send(target, '/v1/chat/completions', { key: target.otherKey, body });
      const metrics = await (await fetch(`http://127.0.0.1:${target.managementPort}/metrics`)).text();
      return [
        ...(status === 200 ? [] : [`the second key received ${status}`]),
        ...(metrics.includes('model="nova-micro"') ? [] : ['the model of the second key has no separate label']),
        ...(metrics.includes('made-up') ? ['names that a client invented are labels'] : []),
      ];
    },
  },
];
