import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import type { Attack, AttackTarget } from '../attack.ts';
import { send, sendAll, type Sent } from '../send.ts';

const SECRET = 'sk-of-one-model';
const ALLOWED = 'claude-haiku-4-5';
const FORBIDDEN = 'claude-sonnet-4-5';
const FORBIDDEN_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const AT_A_TIME = 16;
const LONG_NAMES = 300;

const folder = mkdtempSync(join(tmpdir(), 'outcrop-attack-models-'));
const file = join(folder, 'team.yaml');
writeFileSync(
  file,
  `kind: Team\nname: one-model\nmodels: [${ALLOWED}]\n---\nkind: Key\nname: of-one-model\nteam: one-model\nsecrets: [{hash: '${hashApiKey(SECRET)}'}]\n`,
);
const SETTINGS = {
  governance: { files: [file] },
  models: { allowBedrockIds: 'all', default: FORBIDDEN, onUnknown: 'reject' },
};

const BASES = [
  FORBIDDEN,
  FORBIDDEN_ID,
  ...['us', 'eu', 'global', 'apac'].map((geography) => `${geography}.${FORBIDDEN_ID}`),
  `arn:aws:bedrock:us-east-1::foundation-model/${FORBIDDEN_ID}`,
  `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${FORBIDDEN_ID}`,
  `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl`,
  `arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl`,
  `arn:aws:bedrock:us-east-1:111122223333:imported-model/abcdefghijkl`,
];

/** Changes of a name that might make a list and Bedrock read it differently. */
const TWISTS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => `${name}-thinking`,
  (name) => `${name}-thinking-thinking`,
  (name) => `${name}[1m]`,
  (name) => `${name}[1m][1m]`,
  (name) => `${name}:24k`,
  (name) => `${name}:thinking`,
  (name) => ` ${name} `,
  (name) => `${name}\u0000`,
  (name) => `${name}\n${ALLOWED}`,
  (name) => `${ALLOWED}\n${name}`,
  (name) => `${ALLOWED},${name}`,
  (name) => `${ALLOWED}/${name}`,
  (name) => `${ALLOWED}/../${name}`,
  (name) => `../model/${name}`,
  (name) => `${name}?model=${ALLOWED}`,
  (name) => `${name}#${ALLOWED}`,
  (name) => `${name};${ALLOWED}`,
  (name) => encodeURIComponent(name),
  (name) => encodeURIComponent(encodeURIComponent(name)),
  (name) => name.replaceAll('-', '%2D'),
  (name) => name.replace('a', '\u0430'),
  (name) => name.replaceAll('-', '\u2011'),
  (name) => `\u200b${name}`,
  (name) => `\ufeff${name}`,
  (name) => name.normalize('NFD').replace('e', 'e\u0301'),
  (name) => `${ALLOWED}${name}`,
  (name) => `anthropic.${ALLOWED}.${name}`,
  (name) => `us.us.${name}`,
];
const OTHER_NAMES = [
  '',
  '*',
  `${ALLOWED}*`,
  '.*',
  '(?:)',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
];
const NO_TEXTS: readonly unknown[] = [
  null,
  0,
  true,
  [FORBIDDEN],
  { name: FORBIDDEN },
  { toString: FORBIDDEN },
  [ALLOWED, FORBIDDEN],
];

const NAMES: readonly string[] = [...BASES.flatMap((base) => TWISTS.map((twist) => twist(base))), ...OTHER_NAMES];
const textOf = (model: unknown): string => (typeof model === 'string' ? model : JSON.stringify(model));
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

/** Requests for a model, on an endpoint of each API. */
const ENDPOINTS: readonly ((target: AttackTarget, model: unknown) => Promise<Sent>)[] = [
  (target, model) => send(target, '/v1/chat/completions', { key: SECRET, body: { model, messages: MESSAGES } }),
  (target, model) => send(target, '/v1/responses', { key: SECRET, body: { model, input: 'Hello' } }),
  (target, model) => send(target, '/v1/messages', { key: SECRET, body: { model, messages: MESSAGES, max_tokens: 16 } }),
  (target, model) =>
    send(target, `/model/${encodeURIComponent(textOf(model))}/converse`, { key: SECRET, body: CONVERSE }),
  (target, model) =>
    send(target, `/model/${textOf(model)}/invoke`, { key: SECRET, body: { ...CONVERSE, max_tokens: 16 } }),
];

/** Returns the models that were called beside the one of the second key and the allowed one, and failures of the gateway. */
async function violations({ emulator }: AttackTarget, sent: readonly Sent[]): Promise<string[]> {
  const { byModel } = await emulator.stats();
  const called = Object.keys(byModel).filter((model) => !/haiku-4-5/i.test(decodeURIComponent(model)));
  const failed = sent.filter(({ status }) => status >= 500).length;
  return [
    ...called.map((model) => `Bedrock was called for ${model}`),
    ...(failed === 0 ? [] : [`${failed} answers of 5xx`]),
  ];
}

export const attacks: readonly Attack[] = [
  {
    name: `${NAMES.length} spellings of forbidden models, on an endpoint of each API`,
    limit: 'the lists of models of the team and of the key',
    settings: SETTINGS,
    short: true,
    maxCpuSeconds: 12,
    run: async (target) => {
      const models: readonly unknown[] = [...NAMES, ...NO_TEXTS];
      const count = models.length * ENDPOINTS.length;
      const sent = await sendAll(count, AT_A_TIME, (at) =>
        ENDPOINTS[at % ENDPOINTS.length]!(target, models[Math.floor(at / ENDPOINTS.length)]),
      );
      return violations(target, sent);
    },
  },
  {
    name: `${LONG_NAMES} names of models of 100 KB`,
    limit: 'names are looked up, and only their beginning is shown',
    settings: SETTINGS,
    maxCpuSeconds: 8,
    run: async (target) => {
      const sent = await sendAll(LONG_NAMES, AT_A_TIME, (at) =>
        ENDPOINTS[at % 3]!(target, `${FORBIDDEN_ID.repeat(2_500)}${'-thinking'.repeat(at)}`),
      );
      const long = sent.filter(({ text }) => text.length > 2_000).length;
      return [...(await violations(target, sent)), ...(long === 0 ? [] : [`${long} answers repeat the name`])];
    },
  },
];
