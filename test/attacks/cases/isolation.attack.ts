import type { Attack, AttackTarget } from '../attack.ts';
import { send, sendAll, type Sent } from '../send.ts';

const MESSAGES = [{ role: 'user', content: 'Rate this.' }];
/** A schema whose pattern is too costly for the main thread, so that the schema worker compiles and checks it. */
const WORKED = { type: 'object', properties: { word: { type: 'string', pattern: '^[a-z]*$' } }, required: ['word'] };
const MODEL = 'claude-sonnet-4-5';
/** The base URLs of the same endpoints. */
const BASES = ['/v1', '/openai/v1', '/openai', `/openai/deployments/${MODEL}`];
const SECRET = 'heron-blue-4711';
const ROUNDS = 60;
/** A path slightly shorter than Node's limit for headers. */
const PATH_CHARACTERS = 15_000;
const AT_A_TIME = 2;

function structured(schema: object): object {
  return {
    model: MODEL,
    messages: MESSAGES,
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
  };
}

/** Returns schemas with keywords and names that have a meaning to a validator or to JavaScript, but not in JSON Schema. */
function oddSchemas(round: number): object[] {
  const title = `round ${round}`;
  return [
    { ...WORKED, $async: true, title, required: ['missing'] },
    { ...WORKED, title, properties: { ...WORKED.properties, inner: { $async: true } } },
    { ...WORKED, title, $dynamicAnchor: '__proto__', properties: { word: { $dynamicRef: '#__proto__' } } },
    { ...WORKED, title, $dynamicAnchor: 'constructor', properties: { word: { $dynamicRef: '#constructor' } } },
    { ...WORKED, title, properties: { word: { $ref: 'constructor' } } },
    { ...WORKED, title, enum: [{ valueOf: 1, toString: 2 }] },
    { ...WORKED, title, required: ['"];process.exit(1);//', '`${process.exit(1)}`'] },
    JSON.parse(`{"title":"${title}","properties":{"__proto__":{"pattern":"a"}},"required":["__proto__"]}`) as object,
  ];
}

interface Stored {
  id: string;
  output: { id: string; type: string; encrypted_content?: string }[];
}

/** Returns every request that references an object of another key. */
function readsOf({ id, output }: Stored): [method: string, path: string, body?: object][] {
  const references = output.map((item) => ({ type: 'item_reference', id: item.id }));
  const go = { model: MODEL, input: 'Go on.' };
  return [
    ['GET', `/responses/${id}`],
    ['GET', `/responses/${id}/input_items`],
    ['POST', `/responses/${id}/cancel`, {}],
    ['DELETE', `/responses/${id}`],
    ['POST', '/responses', { ...go, previous_response_id: id }],
    ['POST', '/responses', { ...go, previous_response_id: id, background: true }],
    ['POST', '/responses/compact', { model: MODEL, previous_response_id: id }],
    ['POST', '/responses/input_tokens', { ...go, previous_response_id: id }],
    ['POST', '/responses', { model: MODEL, input: [...references, { role: 'user', content: 'Go on.' }] }],
    ['POST', '/responses', { model: MODEL, input: [...output, { role: 'user', content: 'Go on.' }] }],
  ];
}

async function attackerReads({ origin, attackerKey }: AttackTarget, stored: Stored): Promise<string[]> {
  const wrong: string[] = [];
  for (const base of BASES) {
    for (const [method, path, body] of readsOf(stored)) {
      const answer = await fetch(origin + base + path, {
        method,
        headers: { authorization: `Bearer ${attackerKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (text.includes(SECRET)) wrong.push(`${method} ${base}${path} returns an object of another key`);
      // Items that the client sends itself belong to it, but their encrypted content does not decrypt.
      const isOwn = body !== undefined && 'input' in body && Array.isArray(body.input);
      if (!isOwn && answer.status < 400) wrong.push(`${method} ${base}${path}: ${answer.status}`);
    }
  }
  return wrong;
}

/** Returns a violation if a request with a schema of the second key failed during the attack. Each has a conforming answer. */
async function failuresOfOther(target: AttackTarget, sent: readonly Sent[]): Promise<string[]> {
  const failed = sent.filter(({ status }) => status !== 200);
  if (failed.length === 0) return [];
  return [`${failed.length} of ${sent.length} structured requests of the other key failed: ${failed[0]!.text}`];
}

export const attacks: readonly Attack[] = [
  {
    name: 'schemas with keywords of the validator and names from JavaScript',
    limit: 'schema worker: one key ends no work of another key',
    short: true,
    maxCpuSeconds: 20,
    async run(target) {
      await target.emulator.script([{ text: '{"word":"good"}', match: 'sonnet', times: 100_000 }]);
      const schemas = Array.from({ length: ROUNDS }, (_, round) => oddSchemas(round)).flat();
      const attacking = sendAll(schemas.length, AT_A_TIME, (index) =>
        send(target, '/v1/chat/completions', { key: target.attackerKey, body: structured(schemas[index]!) }),
      );
      const working = sendAll(ROUNDS, 1, (index) =>
        send(target, '/v1/chat/completions', {
          key: target.otherKey,
          body: structured({ ...WORKED, title: `${index}` }),
        }),
      );
      const [attacked, worked] = await Promise.all([attacking, working]);
      const wrong = await failuresOfOther(target, worked);
      const faults = attacked.filter(({ status }) => status === 0 || status === 500);
      if (faults.length > 0) wrong.push(`${faults.length} answers are internal errors: ${faults[0]!.text}`);
      const crashes = /outcrop_schema_jobs_total\{[^}]*crash[^}]*\} ([1-9]\d*)/.exec(await metrics(target));
      if (crashes) wrong.push(`the schema worker crashed: ${crashes[0]}`);
      return wrong;
    },
  },
  {
    name: 'stored responses, items and encrypted reasoning of another key, on every path',
    limit: 'stored objects belong to one key',
    settings: { responses: { store: 'memory' } },
    short: true,
    maxCpuSeconds: 5,
    async run(target) {
      await target.emulator.script([{ thinking: SECRET, text: SECRET, match: 'sonnet' }]);
      const body = { model: MODEL, input: SECRET, reasoning: { effort: 'low' } };
      const made = await send(target, '/v1/responses', {
        key: target.otherKey,
        body: { ...body, include: ['reasoning.encrypted_content'] },
      });
      const { id, output } = JSON.parse(made.text) as Stored;
      // Text that the attacker sends is not a secret of the other key.
      const sealed = output.filter((item) => item.type === 'reasoning').map((item) => ({ ...item, summary: [] }));
      if (sealed.every((item) => item.encrypted_content === undefined)) return [`no encrypted content: ${made.text}`];
      await fetch(`${target.emulatorOrigin}/__emulator/reset`, { method: 'POST' });
      const wrong = await attackerReads(target, { id, output: sealed });
      const sent = await (await fetch(`${target.emulatorOrigin}/__emulator/requests`)).text();
      if (sent.includes(SECRET)) wrong.push('Bedrock received stored content of another key');
      const kept = await send(target, `/v1/responses/${id}`, { key: target.otherKey });
      if (kept.status !== 200) wrong.push(`the response of the other key was lost: ${kept.status}`);
      return wrong;
    },
  },
  {
    name: 'long unknown paths, without a key',
    limit: 'request headers: 16 KiB',
    short: true,
    maxCpuSeconds: 4,
    async run({ origin }) {
      const wrong: string[] = [];
      for (const piece of ['/', 'model/', 'converse/', '%41', '-', 'openai/', 'a/converse', '/input_items']) {
        for (const start of ['/', '/v1/models/', '/model/', '/v1/responses/', '/openai/deployments/']) {
          const path = start + piece.repeat(Math.floor(PATH_CHARACTERS / piece.length));
          const { status } = await fetch(origin + path, { method: 'PUT' });
          if (status < 400 || status > 405) wrong.push(`${start}${piece}…: ${status}`);
        }
      }
      return wrong;
    },
  },
];

async function metrics({ managementPort }: AttackTarget): Promise<string> {
  return (await fetch(`http://127.0.0.1:${managementPort}/metrics`)).text();
}
