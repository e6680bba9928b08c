import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';

const logger = new Logger('streams');

/**
 * Handles a response socket without traffic for `streaming.clientStallTimeoutSeconds`. If bytes wait in it, the client has
 * stopped reading: the connection is closed, which cancels the upstream and frees the memory of the request. Otherwise the
 * upstream is silent, to which its own timeouts apply.
 */
export function destroyIfClientStalled(response: Response, context: RequestContext): void {
  const waitingBytes = response.writableLength;
  if (waitingBytes === 0) return;
  context.report.errorCode = 'client_stalled';
  context.report.errorSource = 'client';
  logger.warn({ requestId: context.id, code: 'client_stalled', waitingBytes });
  response.destroy();
}
