import type { Attack, AttackTarget } from '../attack.ts';

/** Parts of AWS messages that a gateway may interpret. */
const WORDINGS = [
  'inference profile',
  'on-demand throughput',
  'model identifier is invalid',
  'Too many tokens per day, please wait before trying again.',
  'prompt is too long',
  'The compiled grammar is too large',
  "This model doesn't support the outputConfig.textFormat field.",
  'count tokens',
];
const CLAUDE = 'claude-sonnet-4-6';
/** A model without a prompt cache: it rejects a cache point with AccessDeniedException. */
const UNCACHED = 'qwen3-32b';
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const CACHE_POINT = { messages: [{ role: 'user', content: [{ text: 'Hello' }, { cachePoint: { type: 'default' } }] }] };
const TARGETS = { bedrock: { targets: [{ region: 'us-east-1' }, { region: 'us-west-2' }] }, retry: { maxRetries: 2 } };

interface Sent {
  path: string;
  body: object;
  headers?: Record<string, string>;
}

/** Returns requests that the emulator rejects as Bedrock does, with client text in the message. */
function echoed(text: string): Sent[] {
  const extra = { [text]: 1 };
  return [
    { path: `/model/${CLAUDE}/converse`, body: { ...CONVERSE, ...extra } },
    { path: `/model/${CLAUDE}/converse-stream`, body: { ...CONVERSE, ...extra } },
    {
      path: `/model/${CLAUDE}/invoke`,
      body: { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: MESSAGES, ...extra },
    },
    { path: `/model/${CLAUDE}/count-tokens`, body: { input: { converse: { ...CONVERSE, ...extra } } } },
    {
      path: '/v1/messages',
      body: {
        model: CLAUDE,
        max_tokens: 9,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'x', ...extra }] }],
      },
    },
    {
      path: '/v1/chat/completions',
      body: { model: CLAUDE, messages: MESSAGES, additionalModelRequestFields: extra, ...extra },
    },
    { path: '/v1/completions', body: { model: CLAUDE, prompt: 'x', user: `a\u2028${text}`, ...extra } },
    { path: '/v1/responses', body: { model: CLAUDE, input: 'x', metadata: extra, ...extra } },
    { path: '/v1/embeddings', body: { model: 'titan-embed-text-v2', input: 'x', user: `a\u2028${text}` } },
    { path: `/model/${CLAUDE}/converse`, body: CONVERSE, headers: { 'x-amzn-bedrock-trace': 'é' } },
    { path: `/model/${UNCACHED}/converse`, body: CACHE_POINT },
  ];
}

async function send({ origin }: AttackTarget, key: string, { path, body, headers }: Sent): Promise<number> {
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Returns lines of `outcrop_target_state` whose target is unhealthy. */
async function paused({ managementPort }: AttackTarget): Promise<string[]> {
  const text = await (await fetch(`http://127.0.0.1:${managementPort}/metrics`)).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('outcrop_target_state{') && line.includes('state="healthy"'));
  return lines.length === 0 ? ['no target has a health'] : lines.filter((line) => !line.endsWith(' 1'));
}

export const attacks: readonly Attack[] = [
  {
    name: 'AWS error messages in field names, on every endpoint',
    limit: 'state that a client’s text cannot change',
    settings: TARGETS,
    short: true,
    maxCpuSeconds: 10,
    async run(target) {
      const problems: string[] = [];
      for (const text of WORDINGS) {
        for (const sent of [...echoed(text), ...echoed(`x]\n${text}`)]) {
          const status = await send(target, target.attackerKey, sent);
          if (status >= 500) problems.push(`${status} at ${sent.path} for ${JSON.stringify(text)}`);
        }
      }
      for (const line of await paused(target)) problems.push(`paused: ${line}`);
      const others: Sent[] = [
        { path: '/v1/chat/completions', body: { model: CLAUDE, messages: MESSAGES } },
        { path: `/model/${UNCACHED}/converse`, body: CONVERSE },
        { path: '/v1/embeddings', body: { model: 'titan-embed-text-v2', input: 'x' } },
      ];
      for (const sent of others) {
        const status = await send(target, target.otherKey, sent);
        if (status !== 200) problems.push(`the other key received ${status} at ${sent.path}`);
      }
      return problems;
    },
  },
];
