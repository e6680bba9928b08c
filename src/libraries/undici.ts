import { createRequire } from 'node:module';
import type { Dispatcher } from 'undici';

/**
 * The clients and connection pools of undici, imported without the index of the package. The index loads fetch, web sockets,
 * caches and mocks (80 files).
 */
type Library = typeof import('undici');
const load = createRequire(import.meta.url);

export const Agent = load('undici/lib/dispatcher/agent.js') as Library['Agent'];
export const Client = load('undici/lib/dispatcher/client.js') as Library['Client'];
export const buildConnector = load('undici/lib/core/connect.js') as Library['buildConnector'];
export const EnvHttpProxyAgent = load('undici/lib/dispatcher/env-http-proxy-agent.js') as Library['EnvHttpProxyAgent'];
export const { ClientDestroyedError } = load('undici/lib/core/errors.js') as Library['errors'];
const send = load('undici/lib/api/api-request.js') as (
  this: HttpDispatcher,
  options: Dispatcher.RequestOptions,
) => Promise<Dispatcher.ResponseData>;

/** Sender of HTTP requests. Pools of undici have this form. */
export interface HttpDispatcher {
  /** Sends a request to `options.origin`. The handler receives the response or the error. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Closes all connections. Requests fail with `UND_ERR_DESTROYED`. */
  destroy(): Promise<void>;
}

/** Options of a GET request. */
export interface GetOptions {
  dispatcher: HttpDispatcher;
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** Sends a GET request. Resolves with the head and the unread body of the response. */
export function httpGet(url: URL, { dispatcher, headers, signal }: GetOptions): Promise<Dispatcher.ResponseData> {
  const path = `${url.pathname}${url.search}`;
  return send.call(dispatcher, { method: 'GET', origin: url.origin, path, headers, signal });
}
