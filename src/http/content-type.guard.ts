import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { unsupportedMediaType } from './body-errors.ts';

/**
 * Refuses a body that nobody has parsed, instead of letting the validator complain about each field
 * it cannot see. A guard, because the wrong key is told before the wrong content type.
 */
@Injectable()
export class ContentTypeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.body !== undefined || !hasBody(request)) return true;
    const given = request.headers['content-type'];
    throw unsupportedMediaType(
      given === undefined
        ? "The request has a body but no content-type header. Send 'content-type: application/json'."
        : `The content type '${given.slice(0, 100)}' is not supported. Send 'content-type: application/json'.`,
    );
  }
}

function hasBody(request: Request): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
