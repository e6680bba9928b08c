import { badRequest, GatewayError } from '../../errors/errors.ts';
import { jsonPosition } from './json/json-position.ts';

/** Returns a 415. */
export function unsupportedMediaType(message: string): GatewayError {
  return new GatewayError({ code: 'unsupported_media_type', message });
}

/** Returns a 413. `reason` explains why a body exceeds the limit although its length does not. */
export function bodyTooLarge(limitBytes: number, reason?: string): GatewayError {
  return new GatewayError({
    code: 'request_too_large',
    message: `The request body is larger than the limit of ${limitBytes} bytes${reason === undefined ? '' : `: ${reason}`}.`,
  });
}

/** Returns a 408. `bytesPerSecond` is the minimum rate. */
export function bodyTooSlow(bytesPerSecond: number): GatewayError {
  return new GatewayError({
    code: 'request_timeout',
    message: `The request body arrives too slowly: the gateway expects at least ${bytesPerSecond} bytes per second.`,
  });
}

/** Returns a 400 for a body in more chunks than its length explains. */
export function chunksTooSmall(): GatewayError {
  return badRequest(
    'The request body arrives in too many small chunks. Send it with a content-length header, or in larger chunks.',
    null,
    'body_chunks_too_small',
  );
}

/** Returns a 400 for a body that zlib cannot decompress. */
export function cannotDecompress(reason: string): GatewayError {
  return badRequest(`The request body could not be decompressed: ${reason}.`, null, 'invalid_body');
}

/** Returns a 400 for a body that is not JSON. `message` is that of JSON.parse for `text`. */
export function invalidJson(message: string, text: string): GatewayError {
  const position = jsonPosition(message, text);
  const where = position === undefined ? '' : ` at ${position}`;
  return badRequest(`The request body is not valid JSON${where}: ${message}.`, null, 'invalid_json');
}
