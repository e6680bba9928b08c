import type { Attack, AttackTarget } from '../attack.ts';
import { send, sendAll } from '../send.ts';

/** Number of V8's hidden classes; a list of equally many bodies with one shape takes a tenth of a second. */
const FIELDS = 400_000;
const MEGABYTES = 20;

const model = 'nova-pro';
const chat = (content: unknown): object => ({ model, max_tokens: 10, messages: [{ role: 'user', content }] });
const image = (url: string): object => chat([{ type: 'image_url', image_url: { url } }]);
const repeated = (text: string): string => text.repeat((MEGABYTES * 1_000_000) / text.length);

/** Returns objects of ten fields each, of which no two share a name. */
function differentNames(): object[] {
  return Array.from({ length: FIELDS / 10 }, (_, index) =>
    Object.fromEntries(Array.from({ length: 10 }, (__, at) => [`k${index}_${at}`, 0])),
  );
}

/** Returns objects with the same twenty names in different orders. */
function differentOrders(): object[] {
  return Array.from({ length: FIELDS / 20 }, (_, index) => {
    const names = Array.from({ length: 20 }, (__, at) => `n${at}`);
    names.sort((a, b) => orderOf(a, index) - orderOf(b, index));
    return Object.fromEntries(names.map((name) => [name, 0]));
  });
}

/** Returns a hash that is constant for each name and seed. */
function orderOf(name: string, seed: number): number {
  let hash = seed * 2_654_435_761;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 2_246_822_519);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function callWith(args: object): object {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: JSON.stringify(args) } };
  return {
    model,
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'x' },
    ],
  };
}

const SHAPES: readonly (() => object)[] = [
  () => ({ ...chat('hi'), unknown: differentNames() }),
  () => ({ ...chat('hi'), unknown: differentOrders() }),
  () => ({ ...chat('hi'), unknown: Object.assign({}, ...differentNames()) as object }),
  () => callWith(differentNames()),
  () => callWith(differentOrders()),
];

const TEXTS: readonly (() => object)[] = [
  () => image(`data:image/png${repeated(';')}base64,AAAA`),
  () => image(`data:image/png;base64,${repeated('-_')}`),
  () => image(`data:image/png;base64,${repeated('A\n')}`),
  () => ({ ...chat('hi'), tools: [{ type: 'function', function: { name: repeated('.'), parameters: {} } }] }),
];

export const attacks: readonly Attack[] = [
  {
    name: 'bodies with 400,000 different field names, or orders of them',
    limit: 'json_too_many_shapes',
    short: true,
    maxCpuSeconds: 4,
    run: (target) => answered(target, SHAPES, 'json_too_many_shapes'),
  },
  {
    name: 'media and names of 20 MB in which every character needs a repair',
    limit: 'linear time',
    maxCpuSeconds: 5,
    run: (target) => answered(target, TEXTS),
  },
  {
    name: 'failing requests of one key use up the retry budget',
    limit: 'share of retry.budgetPerSecond',
    settings: { retry: { budgetPerSecond: 1, baseDelayMs: 1, maxDelayMs: 10 } },
    run: useUpRetries,
  },
];

/** Sends every body; each must receive a status below 500 or, if there is a code, that error. */
async function answered(target: AttackTarget, bodies: readonly (() => object)[], code?: string): Promise<string[]> {
  const sent = await sendAll(bodies.length, 1, (index) =>
    send(target, '/v1/chat/completions', { key: target.attackerKey, body: bodies[index]!() }),
  );
  return sent.flatMap(({ status, text }, index) => {
    const holds = code === undefined ? status >= 200 && status < 500 : status === 400 && text.includes(code);
    return holds ? [] : [`body ${index} received ${status}: ${text.slice(0, 200)}`];
  });
}

async function useUpRetries(target: AttackTarget): Promise<string[]> {
  const { attackerKey, otherKey, emulator } = target;
  await emulator.behave([{ kind: 'throttle', match: 'nova-pro' }]);
  await sendAll(40, 4, () => send(target, '/v1/chat/completions', { key: attackerKey, body: chat('hi') }));
  await emulator.behave([
    { kind: 'throttle', match: 'nova-pro' },
    { kind: 'throttle', match: 'nova-lite', times: 1 },
  ]);
  const body = { ...chat('hi'), model: 'nova-lite' };
  const { status, text } = await send(target, '/v1/chat/completions', { key: otherKey, body });
  return status === 200 ? [] : [`the other key had no retry left: ${status} ${text.slice(0, 200)}`];
}
