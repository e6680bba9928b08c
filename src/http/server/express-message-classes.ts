import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The classes whose instances Node's server makes; options of its `createServer`. */
export interface HttpMessageClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

/**
 * Requests and responses that are Express's from the start. Express changes the prototype of each one that Node has
 * made, after which V8 takes every access to it the slow way; setting the prototype that is there already costs nothing.
 */
export function expressMessageClasses(application: Express): HttpMessageClasses {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(ExpressRequest.prototype, application.request);
  Object.setPrototypeOf(ExpressResponse.prototype, application.response);
  application.request = ExpressRequest.prototype as Express['request'];
  application.response = ExpressResponse.prototype as unknown as Express['response'];
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
