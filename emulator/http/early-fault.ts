import type { Fault } from '../behavior.ts';
import { AwsException } from '../aws-exception.ts';
import type { Exchange } from './exchange.ts';
import { untilGone } from './stream.ts';

const PIECE_BYTES = 64 * 1024;

/** Fault that applies before the emulator reads the model and the body of the request. */
type EarlyFault = Extract<Fault, { kind: 'throttle' | 'refuse' | 'stall' | 'cut' | 'reset' | 'reply' }>;

const KINDS: ReadonlySet<Fault['kind']> = new Set<EarlyFault['kind']>([
  'throttle',
  'refuse',
  'stall',
  'cut',
  'reset',
  'reply',
]);

/** Returns false for faults that apply after a stream has begun. */
export function isEarlyFault(fault: Fault): fault is EarlyFault {
  return KINDS.has(fault.kind) && !('afterDeltas' in fault && fault.afterDeltas !== undefined);
}

/** Ends the exchange with the fault. */
export async function applyEarlyFault(exchange: Exchange, fault: EarlyFault): Promise<void> {
  switch (fault.kind) {
    case 'throttle':
      throw new AwsException('ThrottlingException', fault.message);
    case 'refuse': {
      const { name, status, message } = new AwsException(fault.name, fault.message, fault.status);
      return exchange.json(status, { message }, { 'x-amzn-ErrorType': name, ...fault.headers });
    }
    case 'stall':
      return untilGone(exchange);
    case 'cut':
      return exchange.cut();
    case 'reset':
      return exchange.reset();
    case 'reply': {
      const { status = 200, contentType = 'text/html', body = '', bytes } = fault;
      return exchange.reply(status, contentType, bytes === undefined ? text(body) : blanks(bytes));
    }
    default:
      return fault satisfies never;
  }
}

async function* text(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body);
}

async function* blanks(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(PIECE_BYTES, ' ');
  for (let left = bytes; left > 0; left -= PIECE_BYTES) yield left < PIECE_BYTES ? piece.subarray(0, left) : piece;
}
