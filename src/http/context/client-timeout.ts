import type { IncomingHttpHeaders } from 'node:http';
import { MAX_TIMER_MS } from '../../config/settings/kinds.ts';
import { badRequest, GatewayError } from '../../errors/errors.ts';

const HEADER = 'x-outcrop-timeout-ms';
const WHOLE_NUMBER = /^[1-9]\d{0,14}$/;

/**
 * Reads the client's time limit for the whole request, in milliseconds from its arrival: waiting, all attempts and the whole
 * stream. It can only shorten the gateway's own limits. Returns undefined if the header is absent or exceeds the maximum of
 * a timer. Throws GatewayError 400 for an invalid number.
 */
export function readClientTimeout(headers: IncomingHttpHeaders): number | undefined {
  const value = headers[HEADER];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !WHOLE_NUMBER.test(value)) {
    throw badRequest(`The header ${HEADER} must be a whole number of milliseconds from 1.`, HEADER, 'invalid_header');
  }
  const milliseconds = Number(value);
  return milliseconds > MAX_TIMER_MS ? undefined : milliseconds;
}

/** Returns a 504 that the client should not retry automatically, because it set the limit itself. */
export function clientTimeoutExceeded(milliseconds: number): GatewayError {
  return new GatewayError({
    code: 'timeout',
    source: 'client',
    message: `The request took longer than the ${milliseconds} ms that its ${HEADER} header allows. Set a higher value.`,
  });
}
