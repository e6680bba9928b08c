import { ReplyError } from '../../libraries/ioredis.ts';
import type { RedisFailure } from './redis-metrics.ts';

const MAX_ERROR_LENGTH = 200;
/** Message of ioredis for a command without a reply in time. */
const TIMEOUT_MESSAGE = 'Command timed out';

/** Returns the label of a failed command. */
export function failureReasonOf(error: Error): RedisFailure {
  if (error instanceof ReplyError) return 'error_reply';
  return error.message === TIMEOUT_MESSAGE ? 'timeout' : 'connection';
}

/** Returns true for the reply of a server that a failover has made a replica. */
export function isReadOnly(error: Error): boolean {
  return error instanceof ReplyError && error.message.startsWith('READONLY');
}

/** Returns the error without the arguments of an unknown command, which Redis repeats. */
export function errorTextOf({ message }: Error): string {
  return message.replace(/ with args beginning with[\s\S]*$/, '').slice(0, MAX_ERROR_LENGTH);
}
