import { GatewayError } from '../errors/errors.ts';
import type { RejectionReason } from './admission-metrics.ts';
import type { AdmissionSettings } from './admission-settings.ts';
import type { Caller } from '../request/caller.ts';

/** Retry delays of rejected clients, spread so that they do not all return at once. */
const EARLIEST_SECONDS = 1;
const SPREAD_SECONDS = 2;

/** Returns the error that the client receives. `limits` has the limits of its key. */
export function admissionRejection(reason: RejectionReason, { name }: Caller, limits: AdmissionSettings): GatewayError {
  switch (reason) {
    case 'key_limit':
      return tooManyInFlight(name, limits.maxInFlightPerKey);
    case 'key_uploads':
      return tooManyUploads(name, limits.maxUploadsPerKey);
    case 'key_body_memory':
      return tooManyBodyBytes(name, limits.maxTotalBodyBytesPerKey);
    case 'queue_timeout':
      return gatewayOverloaded(`no slot became free within ${limits.queueTimeoutMs} ms.`);
    case 'queue_disabled':
      return gatewayOverloaded('too many requests are in flight.');
    case 'queue_full':
    case 'key_queue_full':
    case 'displaced_by_other_key':
      return gatewayOverloaded('too many requests are waiting.');
    case 'uploads':
      return gatewayOverloaded('too many request bodies are being received.');
    case 'body_memory':
      return gatewayOverloaded('the bodies of the requests in flight use all of the memory for request bodies.');
    default:
      return reason satisfies never;
  }
}

/** Returns a 503: another replica or a later attempt may succeed. */
export function gatewayOverloaded(why: string): GatewayError {
  return new GatewayError({
    code: 'overloaded',
    message: `The gateway is overloaded: ${why} Please try again in a moment.`,
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}

/** Returns a 429 for the limit of requests in flight of the key. */
function tooManyInFlight(keyName: string, limit: number): GatewayError {
  return keyLimitReached(keyName, `${limit} requests in flight. Please wait for one of them to end.`);
}

/** Returns a 429 for the limit of concurrent uploads of the key. */
function tooManyUploads(keyName: string, limit: number): GatewayError {
  return keyLimitReached(keyName, `${limit} request bodies are being received. Please wait for one of them to end.`);
}

/** Returns a 429 for the limit of body memory of the key. */
function tooManyBodyBytes(keyName: string, limitBytes: number): GatewayError {
  return keyLimitReached(
    keyName,
    `its running requests use the limit of ${limitBytes} bytes for request bodies. Please wait for one of them to end.`,
  );
}

function keyLimitReached(keyName: string, limit: string): GatewayError {
  return new GatewayError({
    code: 'concurrency_limit_exceeded',
    message: `Concurrency limit reached for key '${keyName}': ${limit}`,
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}

/** Returns true if the limit of the key rejected the request, which does not indicate an overload of the process. */
export function isKeyLimit(reason: RejectionReason): boolean {
  switch (reason) {
    case 'key_limit':
    case 'key_queue_full':
    case 'key_uploads':
    case 'key_body_memory':
      return true;
    case 'queue_disabled':
    case 'queue_full':
    case 'queue_timeout':
    case 'displaced_by_other_key':
    case 'uploads':
    case 'body_memory':
      return false;
    default:
      return reason satisfies never;
  }
}
