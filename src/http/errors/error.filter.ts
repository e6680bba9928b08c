import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { recordFailure, type RequestContext } from '../../request/request-context.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { announceUnread } from '../body/unread-body.ts';
import { cancelReasonOr, ClientDisconnectedError, type GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf, awsExceptionName, renderError, statusForDialect } from './error-body.ts';
import { withPromptField } from '../context/prompt-field.ts';
import { MethodNotAllowedError, toGatewayError } from '../routes/route-errors.ts';

/** Renders every failure of a request before its response has begun, in the format of the client's API. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('errors');

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<GatewayRequest>();
    const response = http.getResponse<Response>();
    const cause = toGatewayError(cancelReasonOr(exception, request.context), request);
    if (cause instanceof ClientDisconnectedError || response.destroyed || response.writableEnded) return;
    const failure = withPromptField(cause, request.context);
    recordFailure(request.context.report, failure);
    this.report(failure, request.context);
    request.context.contentLog?.recordFailure(request.context, failure, request.body);
    // A response that has begun is cut, because an orderly end would make it look complete.
    if (response.headersSent) response.destroy();
    else send(failure, request, response);
  }

  private report(failure: GatewayError, { id: requestId, trace }: RequestContext): void {
    if (failure.status < 500) return;
    const { code, exception, upstreamRequestId } = failure;
    const line = {
      requestId,
      traceId: trace?.traceId,
      code,
      exception,
      upstreamRequestId,
      err: failure.cause ?? failure,
    };
    if (failure.code === 'internal_error') this.logger.error(line);
    else this.logger.warn(line);
  }
}

function send(failure: GatewayError, request: GatewayRequest, response: Response): void {
  const dialect = errorDialectOf(request.path, request.headers);
  const body = renderError(failure, dialect, request.context.id);
  response.statusCode = statusForDialect(failure, dialect);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.setHeader('openai-processing-ms', Math.round(performance.now() - request.context.startedAt));
  // Anthropic's client reads the request id from the header `request-id`.
  if (dialect === 'bedrock') {
    response.setHeader('x-amzn-errortype', awsExceptionName(failure));
    if (!response.hasHeader('x-amzn-requestid')) {
      response.setHeader('x-amzn-requestid', failure.upstreamRequestId ?? request.context.id);
    }
  }
  if (dialect === 'anthropic') response.setHeader('request-id', request.context.id);
  setRetryHeaders(failure, response);
  if (!request.complete) announceUnread(request, response);
  response.end(body);
}

/** Sets the headers that control the client's retries. */
function setRetryHeaders(failure: GatewayError, response: Response): void {
  if (failure.retryAfter !== undefined) {
    response.setHeader('retry-after', String(Math.ceil(failure.retryAfter)));
    response.setHeader('retry-after-ms', String(Math.ceil(failure.retryAfter * 1000)));
  }
  if (failure.shouldRetry !== undefined) response.setHeader('x-should-retry', String(failure.shouldRetry));
  if (failure.status === 401) response.setHeader('www-authenticate', 'Bearer realm="outcrop"');
  if (failure instanceof MethodNotAllowedError) response.setHeader('allow', failure.allow);
}
