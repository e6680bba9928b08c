import { GatewayError } from '../errors/errors.ts';
import type { RejectionReason } from './admission-metrics.ts';
import type { AdmissionSettings } from './admission-settings.ts';
import type { Caller } from '../request/caller.ts';

/** Refused clients come back spread over this time, not all at once. */
const EARLIEST_SECONDS = 1;
const SPREAD_SECONDS = 2;

/** Returns what the client receives. `limits` has the limits that hold for its key. */
export function refusalError(reason: RejectionReason, { name }: Caller, limits: AdmissionSettings): GatewayError {
  switch (reason) {
    case 'key_limit':
      return tooManyInFlight(name, limits.maxInFlightPerKey);
    case 'key_uploads':
      return tooManyUploads(name, limits.maxUploadsPerKey);
    case 'key_body_memory':
      return tooManyBodyBytes(name, limits.maxTotalBodyBytesPerKey);
    case 'queue_timeout':
      return gatewayOverloaded(`no place became free within ${limits.queueTimeoutMs} ms.`);
    case 'queue_disabled':
      return gatewayOverloaded('too many requests are in flight.');
    case 'queue_full':
    case 'key_queue_full':
    case 'displaced_by_other_key':
      return gatewayOverloaded('too many requests are waiting.');
    case 'uploads':
      return gatewayOverloaded('too many request bodies are being received.');
    case 'body_memory':
      return gatewayOverloaded('the bodies of the requests in flight take all the memory that there is for them.');
    default:
      return reason satisfies never;
  }
}

/** 503: this process has more to do than it can; another replica, or a little later, may work. */
export function gatewayOverloaded(why: string): GatewayError {
  return new GatewayError({
    status: 503,
    type: 'server_error',
    code: 'overloaded',
    message: `The gateway is overloaded: ${why} Please try again in a moment.`,
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}

/** 429: the key's own limit, whatever others do. */
function tooManyInFlight(keyName: string, limit: number): GatewayError {
  return keyLimitReached(keyName, `${limit} requests in flight. Please wait for one of them to end.`);
}

/** 429: the key sends as many bodies at a time as it may. */
function tooManyUploads(keyName: string, limit: number): GatewayError {
  return keyLimitReached(keyName, `${limit} request bodies are being received. Please wait for one of them to end.`);
}

/** 429: the requests of the key hold as much memory as they may. */
function tooManyBodyBytes(keyName: string, limitBytes: number): GatewayError {
  return keyLimitReached(
    keyName,
    `its running requests hold the ${limitBytes} bytes of bodies that one key may hold. Please wait for one of them to end.`,
  );
}

function keyLimitReached(keyName: string, limit: string): GatewayError {
  return new GatewayError({
    status: 429,
    type: 'requests',
    code: 'concurrency_limit_exceeded',
    message: `Concurrency limit reached for key '${keyName}': ${limit}`,
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}

/** Returns true if the request was refused for what its own key holds, which does not concern the process. */
export function isOwnLimit(reason: RejectionReason): boolean {
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
