import type { Fault } from '../behaviour.ts';
import { Refusal } from '../refusal.ts';
import type { Exchange } from './exchange.ts';
import { untilGone } from './stream.ts';

const PIECE_BYTES = 64 * 1024;

/** A fault that strikes before the request is looked at. */
type FirstStrike = Extract<Fault, { kind: 'throttle' | 'refuse' | 'stall' | 'cut' | 'reset' | 'reply' }>;

const KINDS: ReadonlySet<Fault['kind']> = new Set<FirstStrike['kind']>([
  'throttle',
  'refuse',
  'stall',
  'cut',
  'reset',
  'reply',
]);

/** False for what waits until a stream has begun. */
export function strikesFirst(fault: Fault): fault is FirstStrike {
  return KINDS.has(fault.kind) && !('afterDeltas' in fault && fault.afterDeltas !== undefined);
}

/** Ends the exchange in the way that the fault says. */
export async function strikeFirst(exchange: Exchange, fault: FirstStrike): Promise<void> {
  switch (fault.kind) {
    case 'throttle':
      throw new Refusal('ThrottlingException', fault.message);
    case 'refuse': {
      const { name, status, message } = new Refusal(fault.name, fault.message, fault.status);
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
