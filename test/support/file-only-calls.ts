import { hashApiKey } from '../../src/config/settings/api-key.ts';

/** Keys of the file, as releases without teams wrote them, by their secrets. */
const KEYS: Readonly<Record<string, object>> = {
  'sk-plain': { name: 'plain' },
  'sk-nova': { name: 'nova', models: ['nova-*'] },
  'sk-limited': { name: 'limited', requestsPerMinute: 2 },
  'sk-narrow': { name: 'narrow', maxInFlight: 1 },
  'sk-metrics': { name: 'metrics', metrics: true },
  'sk-expired': { name: 'expired', expires: '2020-01-01' },
};

/** Headers with another value in each response or process. */
const VARYING = new Set(['date', 'x-request-id', 'request-id', 'x-amzn-requestid', 'openai-processing-ms', 'etag']);
/** Headers with times. They must be present, with any value. */
const TIMES = /^(x-ratelimit-reset.*|retry-after|retry-after-ms|content-length|.*-reset)$/;

const hello = [{ role: 'user', content: 'Hello' }];
const chat = { model: 'claude-haiku-4-5', messages: hello };
const converse = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

interface FileOnlyCall {
  path: string;
  body?: object;
  key?: string;
  headers?: Record<string, string>;
}

/** An answer without what differs between two equal requests. */
export interface ComparableAnswer {
  call: string;
  status: number;
  headers: Record<string, string>;
  /** Code of an error, in the form of the API. */
  error?: string;
}

/** Returns the content of the file of keys. */
export function fileOfKeys(): string {
  return Object.entries(KEYS)
    .map(([secret, entry]) => `${JSON.stringify({ ...entry, hash: hashApiKey(secret) })}\n`)
    .join('');
}

/** Returns calls of all APIs and keys. `key` is a key without limits. */
function callsWith(key: string): FileOnlyCall[] {
  const paths: [string, object][] = [
    ['/v1/chat/completions', chat],
    ['/v1/chat/completions', { ...chat, stream: true }],
    ['/v1/chat/completions', { ...chat, model: 'gpt-4o' }],
    ['/v1/chat/completions', { ...chat, temperature: 0.5, top_p: 0.5 }],
    ['/v1/completions', { model: 'nova-pro', prompt: 'Hello' }],
    ['/v1/responses', { model: 'claude-haiku-4-5', input: 'Hello', store: true }],
    ['/v1/responses', { model: 'nova-pro', input: 'Hello', stream: true }],
    ['/v1/messages', { ...chat, max_tokens: 20 }],
    ['/v1/messages', { ...chat, model: 'nova-pro', max_tokens: 20, stream: true }],
    ['/v1/embeddings', { model: 'amazon.titan-embed-text-v2:0', input: 'Hello' }],
    ['/v1/moderations', { input: 'Hello' }],
    ['/model/anthropic.claude-haiku-4-5-20251001-v1:0/converse', converse],
    ['/model/nova-pro/converse', converse],
  ];
  return [
    ...['/v1/models', '/v1/models/nova-pro', '/metrics', '/admin/v1/teams', '/v1/unknown'].map((path) => ({
      path,
      key,
    })),
    ...paths.map(([path, body]) => ({ path, body, key })),
    // Headers that only governed keys use have no effect on keys of a file.
    { path: '/v1/chat/completions', body: chat, key, headers: { 'x-outcrop-team': 'search' } },
  ];
}

/** Sends calls to a gateway without a database. `withFile`: the gateway has `fileOfKeys`. Resolves with comparable answers. */
export async function comparableAnswers(origin: string, key: string, withFile: boolean): Promise<ComparableAnswer[]> {
  const calls = callsWith(key);
  for (const other of [undefined, 'sk-unknown', 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln']) {
    calls.push({ path: '/v1/models', key: other }, { path: '/v1/chat/completions', body: chat, key: other });
  }
  if (withFile) {
    for (const other of Object.keys(KEYS)) {
      calls.push({ path: '/v1/models', key: other }, { path: '/metrics', key: other });
      for (const model of ['claude-haiku-4-5', 'nova-pro']) {
        calls.push({ path: '/v1/chat/completions', body: { ...chat, model }, key: other });
      }
    }
  }
  const answers: ComparableAnswer[] = [];
  for (const call of calls) answers.push(await comparableAnswer(origin, call));
  return answers;
}

async function comparableAnswer(origin: string, { path, body, key, headers }: FileOnlyCall): Promise<ComparableAnswer> {
  const answer = await fetch(origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  const error =
    /"code": ?"(?<name>\w+)"/.exec(text) ??
    /"type": ?"(?<name>\w+_error)"/.exec(text) ??
    /"__type": ?"(?<name>\w+)"/.exec(text);
  const kept = [...answer.headers].filter(([name]) => !VARYING.has(name));
  return {
    call: `${path} ${JSON.stringify(body ?? {})} ${key ?? 'no key'} ${Object.keys(headers ?? {}).join(' ')}`.trim(),
    status: answer.status,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, TIMES.test(name) ? '*' : value])),
    ...(answer.status >= 400 && { error: error?.groups?.['name'] }),
  };
}
