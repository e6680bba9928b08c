import type { GatewayRequest } from '../context/http-request-context.ts';
import type { Response, Request, NextFunction } from 'express';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { HttpRequestContext } from '../context/http-request-context.ts';
import { urlOfOtherPort } from './admin-port.ts';
import { originForm } from '../routes/origin-form.ts';
import { aliasedUrl } from '../routes/path-aliases.ts';
import { destroyIfClientStalled } from '../context/stalled-client.ts';
import { discardUnread } from '../body/unread-body.ts';

/** Observes the start and the end of requests, for the access log and the ledger. */
export interface RequestObserver {
  /**
   * Receives the start of a request. Returns a function that is called after the response, or after the client has
   * disconnected; undefined if the end of the request does not matter.
   */
  started(request: GatewayRequest, response: Response, context: HttpRequestContext): (() => void) | undefined;
}

/** Creates the context of each request, and closes it with the response. Runs before all other middleware. */
export function requestContextMiddleware(
  observers: readonly [RequestObserver, ...RequestObserver[]],
  config: Pick<GatewayConfig, 'deprecatedNames' | 'admin'>,
) {
  const observer = observers.reduce(both);
  return (request: Request, response: Response, next: NextFunction): void => {
    const context = new HttpRequestContext(request, response, config);
    (request as GatewayRequest).context = context;
    request.url = originForm(request.url);
    if (config.admin.enabled && config.admin.port !== undefined) {
      request.url = urlOfOtherPort(request) ?? request.url;
    }
    const alias = aliasedUrl(request.url);
    if (alias !== undefined) {
      request.url = alias.url;
      context.deployment = alias.deployment;
    }
    response.setHeader('x-request-id', context.id);
    const finished = observer.started(request as GatewayRequest, response, context);
    response.on('timeout', () => destroyIfClientStalled(response, context));
    response.once('close', () => {
      context.close();
      finished?.();
      if (!request.complete) discardUnread(request);
    });
    next();
  };
}

/** Returns an observer that passes starts and ends to two others. */
function both(first: RequestObserver, second: RequestObserver): RequestObserver {
  return {
    started(request, response, context) {
      const firstEnded = first.started(request, response, context);
      const secondEnded = second.started(request, response, context);
      if (firstEnded === undefined || secondEnded === undefined) return firstEnded ?? secondEnded;
      return () => {
        firstEnded();
        secondEnded();
      };
    },
  };
}
