import { badRequest, GatewayError } from '../../errors/errors.ts';

/** Error codes of undici and Node for text that a request cannot contain. They occur before a byte is sent. */
const CONTENT_CODES: readonly unknown[] = [
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_UNESCAPED_CHARACTERS',
];
/**
 * Characters that AWS's signature and undici encode in the same way. Other characters would be signed and sent as different
 * bytes.
 */
const SENDABLE = /^[\x20-\x7e]*$/;

/**
 * Returns the error for a request that cannot be sent: a 400, not retryable. It has no exception of AWS, so that the health
 * of a target does not change.
 */
export function requestNotSendable(cause: unknown, param: string | null = null): GatewayError {
  const where = param === null ? 'a value that' : `\`${param}\`, which`;
  const message = `The request cannot be sent to Bedrock: it has ${where} contains characters that HTTP does not allow. Remove them.`;
  return badRequest(message, param, 'request_not_sendable').with({ cause });
}

/** Throws GatewayError 400 for a client's header that cannot be signed and sent. */
export function requireSendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!SENDABLE.test(value)) throw requestNotSendable(undefined, name);
  }
}

/** Encodes a value of a request as one segment of a path. Throws GatewayError 400 for a lone surrogate. */
export function pathPart(value: string, param: string): string {
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw requestNotSendable(cause, param);
  }
}

/**
 * Encodes a body as JSON. Throws GatewayError 400 if JSON.stringify fails: the nesting exceeds the stack, or the text is too
 * long.
 */
export function jsonBody(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (cause) {
    throw badRequest(
      'The request cannot be sent to Bedrock: it cannot be encoded as JSON. Reduce the nesting or the size of its values.',
      null,
      'request_not_sendable',
    ).with({ cause });
  }
}

/** Returns the error for a request that was not sent because of its content; undefined for every other error. */
export function asUnsendable(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return undefined;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof URIError || CONTENT_CODES.includes(code) ? requestNotSendable(error) : undefined;
}
