import type { RequestListener, Server } from 'node:http';

/**
 * Passes requests with an `expect` header to the application. By default, Node sends `100 Continue` before the gateway has
 * checked the key, and answers other expectations itself. The UploadGuard sends `100 Continue` before it reads the body.
 */
export function handleExpectations(server: Server, application: RequestListener): void {
  server.on('checkContinue', application).on('checkExpectation', application);
}
