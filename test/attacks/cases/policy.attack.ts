import type { Attack, AttackTarget } from '../attack.ts';

/** Ids outside of a gateway in us-east-1 whose own account is 111122223333. */
const OUTSIDE = [
  'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  'global.anthropic.claude-haiku-4-5-20251001-v1:0',
  'latam.anthropic.claude-haiku-4-5-20251001-v1:0',
  'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/a1b2c3',
  'arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0',
];
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: MESSAGES };
const RELAYED: Record<string, object> = {
  converse: CONVERSE,
  'converse-stream': CONVERSE,
  invoke: INVOKE,
  'invoke-with-response-stream': INVOKE,
  'count-tokens': { input: { converse: CONVERSE } },
};

/** Returns every request that takes a model, for one id. */
function requestsFor(model: string): [path: string, body?: object][] {
  const streamed = [{}, { stream: true }];
  return [
    ...streamed.map((more): [string, object] => ['/v1/chat/completions', { model, messages: MESSAGES, ...more }]),
    ...streamed.map((more): [string, object] => ['/v1/completions', { model, prompt: 'Hello', ...more }]),
    ...streamed.map((more): [string, object] => ['/v1/responses', { model, input: 'Hello', ...more }]),
    ...streamed.map((more): [string, object] => [
      '/v1/messages',
      { model, messages: MESSAGES, max_tokens: 16, ...more },
    ]),
    ['/v1/messages/count_tokens', { model, messages: MESSAGES }],
    ['/v1/embeddings', { model, input: 'Hello' }],
    [`/v1/models/${encodeURIComponent(model)}`],
    ...Object.entries(RELAYED).map(([operation, body]): [string, object] => [
      `/model/${encodeURIComponent(model)}/${operation}`,
      body,
    ]),
  ];
}

async function ask({ origin }: AttackTarget, path: string, key?: string, body?: object): Promise<[number, string]> {
  const response = await fetch(origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return [response.status, await response.text()];
}

export const attacks: readonly Attack[] = [
  {
    name: 'ids and ARNs of other regions, geographies and accounts',
    limit: 'models.allowBedrockIds: configured',
    settings: { bedrock: { region: 'us-east-1', accountId: '111122223333' } },
    short: true,
    maxCpuSeconds: 5,
    async run(target) {
      const wrong: string[] = [];
      for (const id of OUTSIDE) {
        for (const [path, body] of requestsFor(id)) {
          const [status, text] = await ask(target, path, target.attackerKey, body);
          if (status !== 404 || !text.includes('models.allowBedrockIds')) wrong.push(`${path} with ${id}: ${status}`);
        }
      }
      return wrong;
    },
  },
  {
    name: 'metrics with an ordinary key and without a key',
    limit: 'auth.keys[].metrics',
    settings: { metrics: { requireKey: true } },
    short: true,
    maxCpuSeconds: 2,
    async run(target) {
      const wrong: string[] = [];
      for (const path of ['/metrics', '/metrics/', '/METRICS', '/metrics?x', '/%6detrics']) {
        for (const key of [target.attackerKey, undefined]) {
          const [status, text] = await ask(target, path, key);
          if (text.includes('outcrop_build_info')) wrong.push(`${path}: ${status} shows metrics`);
        }
      }
      return wrong;
    },
  },
  {
    name: 'readiness, without a key',
    limit: '/health/ready: details for keys and the management port',
    short: true,
    maxCpuSeconds: 2,
    async run(target) {
      const wrong: string[] = [];
      for (const path of ['/health', '/health/ready', '/readyz', '/health/startup']) {
        for (const key of [undefined, 'sk-guessed']) {
          const [, text] = await ask(target, path, key);
          if (/"detail"|arn:|\/var\/|\/home\/|127\.0\.0\.1|redis:/.test(text)) wrong.push(`${path}: ${text}`);
        }
      }
      return wrong;
    },
  },
];
