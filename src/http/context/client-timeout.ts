import type { IncomingHttpHeaders } from 'node:http';
import { MAX_TIMER_MS } from '../../config/settings/kinds.ts';
import { badRequest, GatewayError } from '../../errors/errors.ts';

const HEADER = 'x-outcrop-timeout-ms';
const WHOLE_NUMBER = /^[1-9]\d{0,14}$/;

/**
 * Milliseconds from its arrival that the client grants to a request: waiting, every attempt and the whole stream. It
 * can only shorten the gateway's own limits, which hold all the same. Undefined where the client says nothing, or more
 * than any timer runs. Throws 400 for what is no number.
 */
export function readClientTimeout(headers: IncomingHttpHeaders): number | undefined {
  const given = headers[HEADER];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !WHOLE_NUMBER.test(given)) {
    throw badRequest(`The header ${HEADER} must be a whole number of milliseconds from 1.`, HEADER, 'invalid_header');
  }
  const milliseconds = Number(given);
  return milliseconds > MAX_TIMER_MS ? undefined : milliseconds;
}

/** 504, not to be tried again on its own: the client has said how long it waits. */
export function clientTimeoutExceeded(milliseconds: number): GatewayError {
  return new GatewayError({
    code: 'timeout',
    source: 'client',
    message: `The request took longer than the ${milliseconds} ms that its ${HEADER} header grants.`,
  });
}
