import { createRequire } from 'node:module';
import type { Dispatcher } from 'undici';

/**
 * The connection pools of undici, imported without the package's index. The index loads fetch, web sockets, caches and mocks
 * (80 files).
 */
type Library = typeof import('undici');
const load = createRequire(import.meta.url);

export const Agent = load('undici/lib/dispatcher/agent.js') as Library['Agent'];
export const EnvHttpProxyAgent = load('undici/lib/dispatcher/env-http-proxy-agent.js') as Library['EnvHttpProxyAgent'];
const send = load('undici/lib/api/api-request.js') as (
  this: Dispatcher,
  options: Dispatcher.RequestOptions,
) => Promise<Dispatcher.ResponseData>;

/** Options of a GET request. */
export interface GetOptions {
  dispatcher: Dispatcher;
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** Sends a GET request. Resolves with the head and the unread body of the response. */
export function httpGet(url: URL, { dispatcher, headers, signal }: GetOptions): Promise<Dispatcher.ResponseData> {
  const path = `${url.pathname}${url.search}`;
  return send.call(dispatcher, { method: 'GET', origin: url.origin, path, headers, signal });
}
