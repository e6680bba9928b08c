import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';

const logger = new Logger('streams');

/**
 * Nothing has moved on the socket of this response for `streaming.clientStallTimeoutSeconds`. Where bytes wait in it, their
 * reader has stopped reading: the connection is cut, which stops the upstream and frees what the call holds. Without
 * any, it is the upstream that is silent, and its own clocks run.
 */
export function destroyIfClientStalled(response: Response, context: RequestContext): void {
  const waitingBytes = response.writableLength;
  if (waitingBytes === 0) return;
  context.report.errorCode = 'reader_stalled';
  logger.warn({ requestId: context.id, code: 'reader_stalled', waitingBytes });
  response.destroy();
}
