import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** Classes of the requests and responses that Node's server creates; options of `createServer`. */
export interface HttpMessageClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

/**
 * Creates classes whose instances have Express's prototypes from the start. Express sets the prototype of each instance,
 * after which V8 handles all accesses in a slow mode. Setting the prototype that an instance already has costs nothing.
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
