import type { GatewayRequest } from '../context/http-request-context.ts';
import type { Response, Request, NextFunction } from 'express';
import { HttpCall } from '../context/http-request-context.ts';
import { aliasedUrl } from '../routes/path-aliases.ts';
import { cutIfStalled } from '../context/stalled-client.ts';
import { discardUnread } from '../body/unread-body.ts';

/** Who wants to know when calls begin and end: the access log. */
export interface CallObserver {
  /** What is returned is called once the answer is out, or the client has gone. */
  started(request: GatewayRequest, response: Response, call: HttpCall): () => void;
}

/** First of all middleware: gives every request its call and tells when it is over. */
export function callMiddleware(observer: CallObserver) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const call = new HttpCall(request, response);
    (request as GatewayRequest).call = call;
    const alias = aliasedUrl(request.url);
    if (alias !== undefined) {
      request.url = alias.url;
      call.deployment = alias.deployment;
    }
    response.setHeader('x-request-id', call.id);
    const finished = observer.started(request as GatewayRequest, response, call);
    response.on('timeout', () => cutIfStalled(response, call));
    response.once('close', () => {
      call.over();
      finished();
      if (!request.complete) discardUnread(request);
    });
    next();
  };
}
