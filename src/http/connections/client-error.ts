import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayError, toErrorBody } from '../../errors.ts';
import { closeAfterLinger, isLingering } from './linger.ts';

/** What Node refuses before there is a request, by its error code. */
const REFUSALS: Readonly<Record<string, { status: number; code: string; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', message: 'The request headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request_timeout', message: 'The request took too long to arrive.' },
};
const MALFORMED = { status: 400, code: 'malformed_request', message: 'The request is not well-formed HTTP.' };

/** Node's name for the response that a connection waits for. */
type ServedSocket = Duplex & { _httpMessage?: ServerResponse | null };

/**
 * Answers what is not HTTP in OpenAI's form and closes the connection. Errors of the connection itself and of TLS
 * handshakes have no answer that could be read.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (isLingering(socket)) return;
  if (!isHttpError(error) || !socket.writable || hasBegunAnswer(socket)) {
    socket.destroy();
    return;
  }
  const refusal = REFUSALS[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(toErrorBody(new GatewayError({ ...refusal, type: 'invalid_request_error' })));
  closeAfterLinger(
    socket,
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n` +
      'content-type: application/json; charset=utf-8\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** HPE_… come from the parser of HTTP, ERR_HTTP_… from the limits of the server. */
function isHttpError({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') || code.startsWith('ERR_HTTP_');
}

/** A second answer in the middle of the first would be read as a part of it. */
function hasBegunAnswer(socket: ServedSocket): boolean {
  return socket._httpMessage?.headersSent === true;
}
