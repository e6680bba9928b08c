import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayError, type GatewayErrorInit } from '../../errors/errors.ts';
import { isDiscarding } from '../body/unread-body.ts';
import { errorDialectOf, awsExceptionName, renderError } from '../errors/error-body.ts';
import { closeAfterLinger, isLingering } from '../connections/linger.ts';

/** What Node refuses before there is a request, by its error code. */
const REFUSALS: Readonly<Record<string, Pick<GatewayErrorInit, 'code' | 'message'>>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', message: 'The request headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', message: 'The request took too long to arrive.' },
};
const MALFORMED = { code: 'malformed_request', message: 'The request is not well-formed HTTP.' } as const;

/** Node's name for the response that a connection waits for. */
type ServedSocket = Duplex & { _httpMessage?: ServerResponse | null };

/**
 * Answers what is not HTTP and closes the connection: in the form of the request that waits for a response, which the
 * client takes it for, else in OpenAI's. Errors of the connection itself and of TLS handshakes have no answer that could
 * be read, and the rest of a request that has its response gets no second one.
 */
export function handleClientError(error: NodeJS.ErrnoException, socket: ServedSocket): void {
  if (isLingering(socket)) return;
  if (!isHttpError(error) || !socket.writable || hasBegunAnswer(socket) || isDiscarding(socket)) {
    socket.destroy();
    return;
  }
  const failure = new GatewayError(REFUSALS[error.code ?? ''] ?? MALFORMED);
  closeAfterLinger(socket, answerTo(socket._httpMessage ?? undefined, failure));
}

/** Returns the whole response. `waiting`: the one that the client waits for, if the failure belongs to a request. */
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

/** HPE_… come from the parser of HTTP, ERR_HTTP_… from the limits of the server. */
function isHttpError({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') || code.startsWith('ERR_HTTP_');
}

/** A second answer in the middle of the first would be read as a part of it. */
function hasBegunAnswer(socket: ServedSocket): boolean {
  return socket._httpMessage?.headersSent === true;
}
