import { badRequest, GatewayError } from '../errors.ts';
import { overloaded } from './admission/admission-errors.ts';
import { ClientGoneError } from './call.middleware.ts';
import { jsonPosition } from './json-position.ts';

/** What Express's body parser throws (the http-errors package), as far as it is used here. */
export interface BodyParserError extends Error {
  /** E.g. `entity.too.large`; absent where zlib failed. */
  type?: string;
  status: number;
  /** Bytes, for `entity.too.large`. */
  limit?: number;
  /** The text that was to be parsed, for `entity.parse.failed`. */
  body?: unknown;
  /** E.g. `Z_DATA_ERROR`. */
  code?: string;
}

/** The type of our own failure: the bodies of all requests together are too much. */
export const NO_ROOM = 'outcrop.no.room';

export function isBodyParserError(error: unknown): error is BodyParserError {
  if (!(error instanceof Error)) return false;
  const { type, code } = error as BodyParserError;
  return typeof type === 'string' || (typeof code === 'string' && isCompressionCode(code));
}

function isCompressionCode(code: string): boolean {
  return /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI|ZSTD_)/.test(code);
}

/** A body that could not be read, in our words; undefined for what is not the client's doing. */
export function fromBodyParser(error: BodyParserError): GatewayError | ClientGoneError | undefined {
  switch (error.type) {
    case 'entity.too.large':
      return tooLarge(error);
    case 'entity.parse.failed':
      return invalidJson(error);
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return unsupportedMediaType(`The request body cannot be read: ${error.message}. Send JSON in UTF-8.`);
    case NO_ROOM:
      return overloaded('the bodies of the requests in flight take all the memory there is for them.');
    case 'request.aborted':
      return new ClientGoneError();
    case 'request.size.invalid':
      return badRequest('The request body is not as long as its content-length header says.', null, 'invalid_body');
    case undefined:
      return badRequest(`The request body could not be decompressed: ${error.message}.`, null, 'invalid_body');
    default:
      return error.status < 500 ? badRequest(error.message, null, 'invalid_body') : undefined;
  }
}

export function unsupportedMediaType(message: string): GatewayError {
  return new GatewayError({ status: 415, type: 'invalid_request_error', code: 'unsupported_media_type', message });
}

function tooLarge(error: BodyParserError): GatewayError {
  const limit = error.limit === undefined ? '' : ` of ${error.limit} bytes`;
  return new GatewayError({
    status: 413,
    type: 'invalid_request_error',
    code: 'request_too_large',
    message: `The request body is larger than the limit${limit}.`,
  });
}

function invalidJson(error: BodyParserError): GatewayError {
  const position = jsonPosition(error.message, typeof error.body === 'string' ? error.body : '');
  const where = position === undefined ? '' : ` at ${position}`;
  return badRequest(`The request body is not valid JSON${where}: ${error.message}.`, null, 'invalid_json');
}
