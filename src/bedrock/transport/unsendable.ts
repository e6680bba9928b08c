import { badRequest, GatewayError } from '../../errors/errors.ts';

/** Errors of undici and Node for text that cannot stand in a request, before a byte of it is sent. */
const CONTENT_CODES: readonly unknown[] = [
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_UNESCAPED_CHARACTERS',
];
/** What AWS's signature and undici agree on: anything else is hashed in other bytes than it is sent in. */
const SENDABLE = /^[\x20-\x7e]*$/;

/**
 * Returns the failure of a request that cannot be sent: a 400 for the client, not retryable, without an exception of
 * AWS, so that the health of a target does not change.
 */
export function unsendable(cause: unknown, param: string | null = null): GatewayError {
  const where = param === null ? 'a value that' : `\`${param}\`, which`;
  const message = `The request cannot be sent to Bedrock: it has ${where} contains characters that HTTP does not allow. Remove them.`;
  return badRequest(message, param, 'request_not_sendable').with({ cause });
}

/** Throws GatewayError 400 for a header of the client that cannot be signed and sent as it is. */
export function requireSendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!SENDABLE.test(value)) throw unsendable(undefined, name);
  }
}

/** Encodes a value of a request as one part of a path. Throws GatewayError 400 for half a surrogate pair. */
export function pathPart(value: string, param: string): string {
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw unsendable(cause, param);
  }
}

/** Encodes a body. Throws GatewayError 400 for what JSON cannot hold: nesting beyond the stack, too long a text. */
export function jsonBody(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (cause) {
    throw badRequest(
      'The request cannot be sent to Bedrock: it cannot be written as JSON. Send less nested or smaller values.',
      null,
      'request_not_sendable',
    ).with({ cause });
  }
}

/** Returns the failure of a request that was never sent because of its content; undefined for every other error. */
export function asUnsendable(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return undefined;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof URIError || CONTENT_CODES.includes(code) ? unsendable(error) : undefined;
}
