import type { Dispatcher } from 'undici';
import type { HttpDispatcher } from '../../src/libraries/undici.ts';

/** What a dispatcher reported for one request. */
export interface Dispatched {
  status?: number;
  headers?: Record<string, unknown>;
  text: string;
  trailers?: Record<string, unknown>;
  error?: Error & { code?: string };
}

/** A request that is in progress. */
export interface RunningDispatch {
  /** Resolves when the dispatcher has reported the end or an error. */
  ended: Promise<Dispatched>;
  /** Resolves at the head of the response. */
  begun: Promise<Dispatcher.DispatchController>;
  /** Returns the controller, or undefined until the request has a connection. */
  controller(): Dispatcher.DispatchController | undefined;
}

/** Options of a dispatch; the rest is a POST of `{}` to `/`. */
export type DispatchChange = Partial<Dispatcher.DispatchOptions> & {
  onStart?: (controller: Dispatcher.DispatchController) => void;
  onData?: (controller: Dispatcher.DispatchController, chunk: Buffer) => void;
};

/** Dispatches a POST and records what the handler receives. */
export function dispatched(
  pool: HttpDispatcher,
  origin: string,
  { onStart, onData, ...options }: DispatchChange = {},
): RunningDispatch {
  const result: Dispatched = { text: '' };
  const [end, begin] = [Promise.withResolvers<Dispatched>(), Promise.withResolvers<Dispatcher.DispatchController>()];
  let controller: Dispatcher.DispatchController | undefined;
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      onStart?.(started);
    },
    onResponseStart(started, status, headers) {
      result.status = status;
      result.headers = headers;
      if (status >= 200) begin.resolve(started);
    },
    onResponseData(started, chunk) {
      result.text += chunk.toString('latin1');
      onData?.(started, chunk);
    },
    onResponseEnd(_started, trailers) {
      result.trailers = trailers;
      end.resolve(result);
    },
    onResponseError(_started, error) {
      result.error = error;
      end.resolve(result);
    },
  };
  pool.dispatch(
    {
      origin,
      path: '/',
      method: 'POST',
      headers: {},
      body: Buffer.from('{}'),
      headersTimeout: 0,
      bodyTimeout: 0,
      ...options,
    },
    handler,
  );
  return { ended: end.promise, begun: begin.promise, controller: () => controller };
}
