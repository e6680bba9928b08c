import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayError, type GatewayErrorInit } from '../../errors/errors.ts';
import { isDiscarding } from '../body/unread-body.ts';
import { errorDialectOf, awsExceptionName, renderError } from '../errors/error-body.ts';
import { closeAfterLinger, isLingering } from '../connections/linger.ts';

/** Errors by the code with which Node rejects a connection before it has a request. */
const ERRORS_BY_CODE: Readonly<Record<string, Pick<GatewayErrorInit, 'code' | 'message'>>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers_too_large',
    message: 'The request headers are too large. Send fewer or shorter headers.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', message: 'The request took too long to arrive.' },
};
const MALFORMED = { code: 'malformed_request', message: 'The request is not well-formed HTTP.' } as const;

/** Node's field for the response that a connection is currently serving. */
type ServedSocket = Duplex & { _httpMessage?: ServerResponse | null };

/**
 * Answers a request that is not valid HTTP, and closes the connection. The error has the format of the request that waits
 * for a response on the connection, otherwise OpenAI's. Errors of the connection and of TLS handshakes have no response, and
 * the rest of an answered request gets no second one.
 */
export function handleClientError(cause: NodeJS.ErrnoException, socket: ServedSocket): void {
  if (isLingering(socket)) return;
  if (!isHttpError(cause) || !socket.writable || hasBegunAnswer(socket) || isDiscarding(socket)) {
    socket.destroy();
    return;
  }
  const failure = new GatewayError(ERRORS_BY_CODE[cause.code ?? ''] ?? MALFORMED);
  closeAfterLinger(socket, answerTo(socket._httpMessage ?? undefined, failure));
}

/** Returns the whole response. `waiting` is the response that the client waits for, if the error belongs to a request. */
function answerTo(waiting: ServerResponse | undefined, failure: GatewayError): string {
  const { url = '', headers = {} } = waiting?.req ?? {};
  const dialect = errorDialectOf(url.split('?', 1)[0]!, headers);
  const id = waiting?.getHeader('x-request-id');
  const requestId = typeof id === 'string' ? id : randomUUID();
  const body = renderError(failure, dialect, requestId);
  const lines = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    `x-request-id: ${requestId}`,
  ];
  if (dialect === 'bedrock')
    lines.push(`x-amzn-errortype: ${awsExceptionName(failure)}`, `x-amzn-requestid: ${requestId}`);
  if (dialect === 'anthropic') lines.push(`request-id: ${requestId}`);
  return [...lines, '', body].join('\r\n');
}

/** Returns true for errors of the HTTP parser (HPE_…) and of the server's limits (ERR_HTTP_…). */
function isHttpError({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') || code.startsWith('ERR_HTTP_');
}

/** Returns true if a response has begun. A client would read a second one as a part of it. */
function hasBegunAnswer(socket: ServedSocket): boolean {
  return socket._httpMessage?.headersSent === true;
}
