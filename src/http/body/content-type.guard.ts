import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { announcesBody, contentCoding, isBedrockPath } from './body-headers.ts';
import { unsupportedMediaType } from './body-errors.ts';

const PLAIN_JSON = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const JSON_TYPE = /^application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;
const UTF_8 = /^(utf-?8|us-ascii)$/i;
const MAX_SHOWN_LENGTH = 100;

/**
 * Rejects bodies that the gateway cannot read, by their headers: after the key was checked, and before a byte of the body is
 * read.
 */
@Injectable()
export class ContentTypeGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { method, path, headers } = execution.switchToHttp().getRequest<GatewayRequest>();
    if (method === 'GET' || method === 'HEAD' || !announcesBody(headers)) return true;
    checkCoding(headers);
    // AWS's SDKs also send JSON as `application/octet-stream`.
    if (!isBedrockPath(path)) checkType(headers['content-type']);
    return true;
  }
}

function checkCoding(headers: IncomingHttpHeaders): void {
  if (headers['content-encoding'] === undefined || contentCoding(headers) !== 'unknown') return;
  throw unsupportedMediaType(
    `The content-encoding '${headers['content-encoding'].slice(0, MAX_SHOWN_LENGTH)}' is not supported. ` +
      'Send the body uncompressed, or compressed with gzip, deflate, br or zstd.',
  );
}

function checkType(contentType: string | undefined): void {
  if (contentType === undefined) {
    throw unsupportedMediaType(
      "The request has a body but no content-type header. Send 'content-type: application/json'.",
    );
  }
  if (PLAIN_JSON.test(contentType)) return;
  if (!JSON_TYPE.test(contentType)) {
    throw unsupportedMediaType(
      `The content type '${contentType.slice(0, MAX_SHOWN_LENGTH)}' is not supported. Send 'content-type: application/json'.`,
    );
  }
  const charset = CHARSET.exec(contentType)?.[1];
  if (charset === undefined || UTF_8.test(charset)) return;
  throw unsupportedMediaType(
    `The charset '${charset.slice(0, MAX_SHOWN_LENGTH)}' is not supported. Send JSON in UTF-8.`,
  );
}
