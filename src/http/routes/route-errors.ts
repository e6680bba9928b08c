import { HttpException, NotFoundException } from '@nestjs/common';
import type { Request } from 'express';
import { badRequest, GatewayError, type GatewayErrorInit, internalError } from '../../errors/errors.ts';
import { repeatedPath } from '../../telemetry/logged-path.ts';
import { allowedMethods } from './allowed-methods.ts';
import { ClientDisconnectedError } from '../context/http-request-context.ts';
import { unofferedEndpoint } from './unoffered-endpoints.ts';

/** A 405 with the methods for its `allow` header, which HTTP requires. */
export class MethodNotAllowedError extends GatewayError {
  constructor(
    message: string,
    readonly allow: string,
  ) {
    super({ code: 'method_not_allowed', message });
  }
}

/** Converts any error of a request handler to the failure that the client receives. */
export function toGatewayError(exception: unknown, request: Request): GatewayError | ClientDisconnectedError {
  if (exception instanceof GatewayError || exception instanceof ClientDisconnectedError) return exception;
  const origin = exception instanceof HttpException ? exception.cause : exception;
  if (origin instanceof GatewayError || origin instanceof ClientDisconnectedError) return origin;
  if (origin instanceof URIError) return badRequest('The URL has an invalid percent encoding.', null, 'invalid_url');
  if (exception instanceof NotFoundException && request.route === undefined) return noSuchRoute(request);
  if (exception instanceof HttpException) return fromHttpException(exception);
  return internalError(exception);
}

function noSuchRoute(request: Request): GatewayError {
  const path = repeatedPath(request);
  const allowed = allowedMethods(request);
  if (allowed.length > 0) {
    const allow = allowed.join(', ');
    return new MethodNotAllowedError(`Not allowed to ${request.method} on ${path}. Allowed: ${allow}.`, allow);
  }
  return (
    unofferedEndpoint(request.path) ??
    new GatewayError({
      code: 'unknown_url',
      message: `Unknown request URL: ${request.method} ${path}. Check the URL.`,
    })
  );
}

/** Converts exceptions of Nest and its libraries. The gateway itself throws GatewayError. */
function fromHttpException(exception: HttpException): GatewayError {
  const status = exception.getStatus();
  if (status === 500) return internalError(exception);
  const { message } = exception;
  return new GatewayError({ ...originOf(status), status, message, retryable: false, cause: exception });
}

function originOf(status: number): Pick<GatewayErrorInit, 'code' | 'source'> {
  switch (status) {
    case 401:
      return { code: 'invalid_api_key' };
    case 403:
      return { code: 'permission_denied' };
    case 404:
      return { code: 'not_found' };
    case 413:
      return { code: 'request_too_large' };
    case 415:
      return { code: 'unsupported_media_type' };
    case 429:
      return { code: 'rate_limit_exceeded' };
    case 503:
      return { code: 'service_unavailable', source: 'gateway' };
    case 504:
      return { code: 'timeout' };
    default:
      return { code: status < 500 ? null : 'internal_error' };
  }
}
