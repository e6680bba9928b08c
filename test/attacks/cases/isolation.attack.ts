import type { Attack, AttackTarget } from '../attack.ts';
import { send, sendAll, type Sent } from '../send.ts';

const MESSAGES = [{ role: 'user', content: 'Rate this.' }];
/** Too costly for the main thread because of its pattern, so that the schema worker compiles and checks it. */
const WORKED = { type: 'object', properties: { word: { type: 'string', pattern: '^[a-z]*$' } }, required: ['word'] };
const ROUNDS = 60;
const AT_A_TIME = 2;

function structured(schema: object): object {
  return {
    model: 'claude-sonnet-4-5',
    messages: MESSAGES,
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
  };
}

/** Schemas with keywords and names that mean something to a validator or to JavaScript, and not to JSON Schema. */
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

/** What the key sees of its own schemas meanwhile: with an answer that conforms, each request is answered. */
async function failuresOfOther(target: AttackTarget, sent: readonly Sent[]): Promise<string[]> {
  const failed = sent.filter(({ status }) => status !== 200);
  if (failed.length === 0) return [];
  return [`${failed.length} of ${sent.length} structured requests of the other key failed: ${failed[0]!.text}`];
}

export const attacks: readonly Attack[] = [
  {
    name: 'schemas with keywords of the validator and names of JavaScript',
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
      if (faults.length > 0) wrong.push(`${faults.length} answers are faults of the gateway: ${faults[0]!.text}`);
      const crashes = /outcrop_schema_jobs_total\{[^}]*crash[^}]*\} ([1-9]\d*)/.exec(await metrics(target));
      if (crashes) wrong.push(`the schema worker crashed: ${crashes[0]}`);
      return wrong;
    },
  },
];

async function metrics({ managementPort }: AttackTarget): Promise<string> {
  return (await fetch(`http://127.0.0.1:${managementPort}/metrics`)).text();
}
