import type { RequestListener, Server } from 'node:http';

/**
 * Hands requests with an `expect` header to the application like all others. Without this, Node writes `100 Continue`
 * before the key was checked, and answers other expectations itself. The UploadGuard writes `100 Continue` when it is
 * about to read the body.
 */
export function handleExpectations(server: Server, application: RequestListener): void {
  server.on('checkContinue', application).on('checkExpectation', application);
}
