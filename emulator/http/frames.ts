import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** The service pads its payloads with a key of random length, so that sizes tell nothing. Here the length is a pattern. */
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

/** An exception's name on the wire begins with a small letter: `throttlingException`. */
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

/** The same frame with a wrong message checksum (the last four bytes). */
export function corrupted(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 0xff;
  return copy;
}
