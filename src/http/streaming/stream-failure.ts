import { Logger } from '@nestjs/common';
import { recordFailure, type RequestContext } from '../../request/request-context.ts';
import { GatewayError, internalError } from '../../errors/errors.ts';
import { cancelReasonOr, ClientDisconnectedError } from '../context/http-request-context.ts';
import { type ErrorDialect, renderError } from '../errors/error-body.ts';
import { withPromptField } from '../context/prompt-field.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

const logger = new Logger('streams');

/**
 * Records and logs the failure of a stream that has begun, and returns it. Returns undefined if the client has disconnected.
 */
export function recordStreamFailure(error: unknown, context: RequestContext): GatewayError | undefined {
  const cause = cancelReasonOr(error, context);
  if (cause instanceof ClientDisconnectedError) return undefined;
  const failure = withPromptField(cause instanceof GatewayError ? cause : internalError(cause), context);
  recordFailure(context.report, failure);
  context.contentLog?.recordFailure(context, failure);
  const { code, exception, upstreamRequestId } = failure;
  const { id: requestId, trace } = context;
  const err = failure.cause ?? failure;
  logger.warn({ requestId, traceId: trace?.traceId, code, exception, upstreamRequestId, err });
  return failure;
}

/** Returns the last frame of a failed stream. No terminator follows, so that no client takes the stream for complete. */
export function renderStreamFailure(
  error: unknown,
  context: RequestContext,
  dialect: ErrorDialect,
): readonly SseFrame[] {
  const failure = recordStreamFailure(error, context);
  if (failure === undefined) return [];
  const frames = context.failureRenderer?.(failure);
  if (frames) return frames;
  const data = renderError(failure, dialect, context.id);
  return [dialect === 'anthropic' ? { event: 'error', data } : { data }];
}
