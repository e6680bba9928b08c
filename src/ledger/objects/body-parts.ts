import type { Readable } from 'node:stream';

/** Returns the bytes of `body` in parts of exactly `size` bytes, the last one smaller. Yields nothing for an empty body. */
export async function* bodyParts(body: Readable | Uint8Array, size: number): AsyncGenerator<Uint8Array, undefined> {
  const chunks: AsyncIterable<unknown> | Iterable<unknown> = body instanceof Uint8Array ? [body] : body;
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let rest: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    while (bytes + rest.length >= size) {
      const taken = size - bytes;
      yield Buffer.concat([...held, rest.subarray(0, taken)], size);
      rest = rest.subarray(taken);
      held = [];
      bytes = 0;
    }
    if (rest.length > 0) held.push(rest);
    bytes += rest.length;
  }
  if (bytes > 0) yield Buffer.concat(held, bytes);
  return undefined;
}
