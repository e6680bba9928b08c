import { setTimeout as sleep } from 'node:timers/promises';
import type { TestGateway } from './gateway.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];
export const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: MESSAGES };

export const chatOf = (model?: string) => ({ model, messages: MESSAGES });
export const messagesOf = (model?: string) => ({ model, messages: MESSAGES, max_tokens: 16 });
export const responsesOf = (model?: string) => ({ model, input: 'Hello' });
const operation = (name: string) => (id?: string) => `/model/${encodeURIComponent(id ?? 'fast')}/${name}`;

type Row = [endpoint: string, path: (id?: string) => string, body?: (id?: string) => object];

const TABLE: readonly Row[] = [
  ['chat', () => '/v1/chat/completions', chatOf],
  ['chat, streamed', () => '/v1/chat/completions', (id) => ({ ...chatOf(id), stream: true })],
  ['completions', () => '/v1/completions', (model) => ({ model, prompt: 'Hello' })],
  ['completions, streamed', () => '/v1/completions', (model) => ({ model, prompt: 'Hello', stream: true })],
  ['responses', () => '/v1/responses', responsesOf],
  ['responses, streamed', () => '/v1/responses', (id) => ({ ...responsesOf(id), stream: true })],
  ['responses, in the background', () => '/v1/responses', (id) => ({ ...responsesOf(id), background: true })],
  ['responses input_tokens', () => '/v1/responses/input_tokens', responsesOf],
  ['responses compact', () => '/v1/responses/compact', responsesOf],
  ['messages', () => '/v1/messages', messagesOf],
  ['messages, streamed', () => '/v1/messages', (id) => ({ ...messagesOf(id), stream: true })],
  ['count_tokens', () => '/v1/messages/count_tokens', chatOf],
  ['embeddings', () => '/v1/embeddings', (model) => ({ model, input: 'Hello' })],
  ['converse', operation('converse'), () => CONVERSE],
  ['converse-stream', operation('converse-stream'), () => CONVERSE],
  ['invoke', operation('invoke'), () => INVOKE],
  ['invoke-with-response-stream', operation('invoke-with-response-stream'), () => INVOKE],
  ['count-tokens', operation('count-tokens'), () => ({ input: { converse: CONVERSE } })],
  ['a model', (id) => `/v1/models/${encodeURIComponent(id ?? 'fast')}`],
];

/** Every endpoint that reads the name of a model: its path and its body for a name. */
export const MODEL_ENDPOINTS = TABLE.map(([endpoint, to, body]) => ({ endpoint, to, body }));

export interface EndpointAnswer {
  status: number;
  text: string;
  headers: Headers;
}

/** Sends a request and waits for its end. Resolves with the response itself if it was made in the background. */
export async function askEndpoint(
  gateway: TestGateway,
  to: string,
  { body, headers }: { body?: object; headers?: Record<string, string> } = {},
): Promise<EndpointAnswer> {
  const response = await gateway.send(to, { body, headers });
  const text = await response.text();
  const id = /"id":"(resp_[0-9a-f]+)"/.exec(text)?.[1];
  if (response.ok && id !== undefined && text.includes('"queued"')) {
    for (let look = 0; look < 500; look += 1) {
      const now = await (await gateway.send(`/v1/responses/${id}`, { headers })).text();
      if (!/"status":"(queued|in_progress)"/.test(now))
        return { status: response.status, text: now, headers: response.headers };
      await sleep(5);
    }
  }
  return { status: response.status, text, headers: response.headers };
}

/** Returns the code of an error in the form of each API: of OpenAI, of Anthropic, of Bedrock; undefined for another answer. */
export function codeOf({ status, text, headers }: EndpointAnswer): string | undefined {
  if (status < 400) return undefined;
  const errorType = headers.get('x-amzn-errortype');
  if (errorType !== null) return errorType;
  const { error } = JSON.parse(text) as { error?: { code?: string; type?: string } };
  return error?.code ?? error?.type;
}
