import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, AttackTarget } from '../attack.ts';

/** Duration of the attack, on two connections of one key. */
const CONNECTIONS = 2;
/** Minimum milliseconds between two requests of a connection. */
const PACE_MS = 250;
const ATTACK_MS = 10_000;
/** CPU budget of a key during the attack, including an overdraft for checks and the cost of receiving requests. */
const MOST_CPU_SECONDS = 14;
/** A restart of the worker takes a tenth of a second of CPU time: ten times the budget of the job that ends it. */
const COSTLY_RESTARTS = { structured: { cpuMsPerRequest: 10, cpuMsPerMinutePerKey: 500 } };
/** A key that is not charged for restarts would use more than 8 s. */
const MOST_CPU_SECONDS_OF_RESTARTS = 6;
const REQUEST_LIMIT = 'CPU time of a request for schemas: structured.cpuMsPerRequest';
const KEY_LIMIT = 'CPU time of a key for schemas: structured.cpuMsPerMinutePerKey';
/** Statuses that a client may receive for a costly schema; 500 would be an internal error. */
const EXPECTED: ReadonlySet<number> = new Set([200, 400, 413, 429, 502, 503]);
const SIZE = 250_000;

type Schema = Record<string, unknown>;

/** Returns as many entries as fit into a schema of the maximum size. */
function filled<Entry>(entry: (index: number) => Entry, size = SIZE): Entry[] {
  const entries: Entry[] = [];
  for (let length = 0, index = 0; length < size; index += 1) {
    const next = entry(index);
    length += JSON.stringify(next).length + 1;
    entries.push(next);
  }
  return entries;
}

const fields = (size = SIZE): Schema =>
  Object.fromEntries(filled((index) => [`p${index}`, { type: 'string', minLength: 1 }] as const, size));

function nested(levels: number, around: (inner: Schema, level: number) => Schema, leaf: Schema): Schema {
  let schema = leaf;
  for (let level = 0; level < levels; level += 1) schema = around(schema, level);
  return schema;
}

/** Returns definitions that each refer twice to the next. */
function bomb(keyword: string): Schema {
  const definitions = Array.from({ length: 41 }, (_, index) => {
    const next = { $ref: `#/$defs/d${index + 1}` };
    return [`d${index}`, index === 40 ? { type: 'null' } : { [keyword]: [next, next] }] as const;
  });
  return { $ref: '#/$defs/d0', $defs: Object.fromEntries(definitions) };
}

const chain: Schema = Object.fromEntries(
  Array.from({ length: 5_000 }, (_, index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }] as const),
);

const COSTLY_TO_COMPILE: readonly Schema[] = [
  { type: 'object', properties: fields() },
  { anyOf: filled((index) => ({ type: 'string', minLength: index })) },
  { allOf: filled((index) => ({ minLength: index })) },
  { patternProperties: Object.fromEntries(filled((index) => [`^p${index}`, { type: 'string' }] as const)) },
  { dependentRequired: Object.fromEntries(filled((index) => [`p${index}`, [`q${index}`]] as const)) },
  { allOf: filled((index) => ({ properties: { [`p${index}`]: {} } })), unevaluatedProperties: false },
  nested(95, (not) => ({ not }), { anyOf: filled(() => ({ minLength: 1 }), 200_000) }),
  nested(45, (inner, level) => ({ properties: { [`a${level}`]: inner } }), { properties: fields(200_000) }),
  { $dynamicAnchor: 'x', properties: Object.fromEntries(filled((index) => [`p${index}`, { $dynamicRef: '#x' }])) },
  { $ref: '#/$defs/d0', $defs: { ...chain, d5000: {} } },
];
const COSTLY_TO_CHECK: readonly Schema[] = [
  { type: 'object', properties: { word: { type: 'string', pattern: '^(a+)+$' } } },
  { type: 'object', patternProperties: { '^(w|wo|o|r|d|or|rd)+(a|a)*$': { pattern: '^(a|aa)+$' } } },
  { type: 'object', properties: { word: { anyOf: filled((n) => ({ pattern: `^(a+)+b{${n}}$` }), 20_000) } } },
  bomb('anyOf'),
  bomb('oneOf'),
  bomb('allOf'),
];
/** Small bodies, so that the CPU time is that of the worker. */
const SMALL_BUT_COSTLY: readonly Schema[] = [
  bomb('anyOf'),
  { type: 'object', properties: fields(8_000) },
  { anyOf: filled((index) => ({ type: 'string', minLength: index }), 8_000) },
];
const COSTLY_TO_FIT: readonly Schema[] = [
  { type: 'object', $defs: { ...chain, d5000: {} }, properties: { a: { $ref: '#/$defs/d0' } } },
  { $ref: '#/$defs/d0', $defs: { ...chain, d5000: { type: 'object' } } },
  nested(40, (inner, level) => ({ type: 'object', properties: { [String(level).padEnd(3_000, 'x')]: inner } }), {
    type: 'object',
    properties: fields(100_000),
  }),
  nested(200, (inner) => ({ type: 'object', properties: { a: inner } }), { type: 'string' }),
  { type: 'object', required: filled(() => 'same'), properties: { same: {} } },
  { enum: filled((index) => index, 2_000_000) },
];

const MESSAGES = [{ role: 'user', content: 'Rate this.' }];

/** Every field in which a client can send a schema. */
const ASKS: readonly ((schema: Schema, strict: boolean) => { path: string; body: object })[] = [
  (schema, strict) => ({
    path: '/v1/chat/completions',
    body: {
      model: 'claude-sonnet-4-5',
      n: 4,
      messages: MESSAGES,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict } },
    },
  }),
  (schema, strict) => ({
    path: '/v1/responses',
    body: {
      model: 'claude-opus-5-5',
      input: 'Rate this.',
      text: { format: { type: 'json_schema', name: 'a', schema, strict } },
    },
  }),
  (schema) => ({
    path: '/v1/messages',
    body: {
      model: 'nova-pro',
      max_tokens: 100,
      messages: MESSAGES,
      output_config: { format: { type: 'json_schema', schema } },
    },
  }),
  (schema, strict) => ({
    path: '/v1/chat/completions',
    body: {
      model: 'claude-sonnet-4-5',
      messages: MESSAGES,
      tools: [{ type: 'function', function: { name: 'a', strict, parameters: { ...schema, type: 'object' } } }],
    },
  }),
];

/** Sends every schema to every endpoint in turn, each time as one that the gateway does not know yet. */
async function flood(
  { origin, attackerKey }: AttackTarget,
  schemas: readonly Schema[],
  paceMs = PACE_MS,
): Promise<string[]> {
  const problems = new Set<string>();
  const end = performance.now() + ATTACK_MS;
  let sent = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      const turn = sent;
      const sentAt = performance.now();
      sent += 1;
      const schema = { ...schemas[turn % schemas.length], title: `schema ${turn}` };
      const ask = ASKS[Math.floor(turn / schemas.length) % ASKS.length]!;
      const { path, body } = ask(schema, turn % 3 !== 0);
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${attackerKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, stream: turn % 2 === 1 }),
      });
      const text = await response.text();
      // Paced, so that the CPU time measures the schemas and not the number of requests that the machine can answer.
      await sleep(Math.max(0, paceMs - (performance.now() - sentAt)));
      if (!EXPECTED.has(response.status)) problems.add(`${path} responds with ${response.status}`);
      if (text.includes('internal_error')) problems.add(`${path} fails with internal_error`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return [...problems];
}

/** Fails every pattern above, at its last letter. */
const evil = (length: number): string => JSON.stringify({ word: `${'a'.repeat(length)}!` });

export const attacks: readonly Attack[] = [
  {
    name: 'schemas that take seconds to compile',
    limit: KEY_LIMIT,
    short: true,
    maxCpuSeconds: MOST_CPU_SECONDS,
    maxSlowdown: 2,
    run: (target) => flood(target, COSTLY_TO_COMPILE),
  },
  {
    name: 'schemas that take years to check',
    limit: KEY_LIMIT,
    short: true,
    maxCpuSeconds: MOST_CPU_SECONDS,
    maxSlowdown: 2,
    async run(target) {
      await target.emulator.script([{ text: evil(60), times: 1e9 }]);
      return flood(target, COSTLY_TO_CHECK);
    },
  },
  {
    name: '60 fenced blocks that each take years to check',
    limit: REQUEST_LIMIT,
    maxCpuSeconds: MOST_CPU_SECONDS,
    maxSlowdown: 2,
    async run(target) {
      const blocks = Array.from({ length: 60 }, (_, index) => `\`\`\`json\n${evil(60 + index)}\n\`\`\``);
      await target.emulator.script([{ text: blocks.join('\n'), times: 1e9 }]);
      return flood(target, COSTLY_TO_CHECK);
    },
  },
  {
    name: 'schemas that each end the schema worker after 10 ms',
    limit: KEY_LIMIT,
    settings: COSTLY_RESTARTS,
    maxCpuSeconds: MOST_CPU_SECONDS_OF_RESTARTS,
    maxSlowdown: 2,
    run: (target) => flood(target, SMALL_BUT_COSTLY, 0),
  },
  {
    name: 'schemas that are long, deep or a chain of references',
    limit: 'schema: 256 KB, 100 levels',
    maxCpuSeconds: MOST_CPU_SECONDS,
    maxSlowdown: 2,
    run: (target) => flood(target, COSTLY_TO_FIT),
  },
];
