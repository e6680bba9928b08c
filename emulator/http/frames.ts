import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/**
 * Padding of payloads. Bedrock adds the key `p` of random length, so that sizes reveal nothing. Here the length follows
 * from the index of the frame.
 */
const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const text = (value: string) => ({ type: 'string' as const, value });

export function eventFrame(name: string, payload: object, index: number): Uint8Array {
  const p = PADDING.slice(0, 1 + ((index * 7) % PADDING.length));
  return codec.encode({
    headers: {
      ':event-type': text(name),
      ':content-type': text('application/json'),
      ':message-type': text('event'),
    },
    body: Buffer.from(JSON.stringify({ ...payload, p })),
  });
}

/** Encodes an exception frame. On the wire, the name begins with a lowercase letter: `throttlingException`. */
export function exceptionFrame(name: string, message: string): Uint8Array {
  return codec.encode({
    headers: {
      ':exception-type': text(name.charAt(0).toLowerCase() + name.slice(1)),
      ':content-type': text('application/json'),
      ':message-type': text('exception'),
    },
    body: Buffer.from(JSON.stringify({ message })),
  });
}

/** Returns a copy of the frame with a wrong message checksum (its last four bytes). */
export function corrupted(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 0xff;
  return copy;
}
