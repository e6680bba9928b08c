import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamDecoder, type EventStreamFrame } from './event-stream.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

function encode(frame: EventStreamFrame): Buffer {
  const typeHeader = frame.messageType === 'exception' ? ':exception-type' : ':event-type';
  return Buffer.from(
    codec.encode({
      headers: {
        [typeHeader]: { type: 'string', value: frame.name },
        ':content-type': { type: 'string', value: 'application/json' },
        ':message-type': { type: 'string', value: frame.messageType },
        // Header types that Bedrock does not send today.
        flag: { type: 'boolean', value: true },
        count: { type: 'integer', value: 7 },
        at: { type: 'timestamp', value: new Date(0) },
        id: { type: 'uuid', value: '123e4567-e89b-12d3-a456-426614174000' },
        bytes: { type: 'binary', value: Buffer.from([1, 2, 3]) },
      },
      body: Buffer.from(frame.payload, 'utf8'),
    }),
  );
}

const frames = fc.array(
  fc.record({
    messageType: fc.constantFrom('event', 'exception'),
    name: fc.constantFrom('messageStart', 'contentBlockDelta', 'throttlingException'),
    payload: fc.string({ unit: 'grapheme', maxLength: 300 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('EventStreamDecoder', () => {
  it('decodes frames of the SDK from chunks of any size', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (written, cuts) => {
        const bytes = Buffer.concat(written.map(encode));
        const decoder = new EventStreamDecoder();
        const read: EventStreamFrame[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length]!;
          read.push(...decoder.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(read).toEqual(written);
        expect(decoder.incomplete).toBe(false);
      }),
    );
  });

  it('detects every flipped byte', () => {
    const bytes = encode({ messageType: 'event', name: 'messageStop', payload: '{"stopReason":"end_turn"}' });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0x01;
      expect(() => new EventStreamDecoder().push(damaged)).toThrow('damaged');
    }
  });

  it('reports bytes that end within a frame', () => {
    const bytes = encode({ messageType: 'event', name: 'messageStop', payload: '{}' });
    const decoder = new EventStreamDecoder();
    expect(decoder.push(bytes.subarray(0, bytes.length - 1))).toEqual([]);
    expect(decoder.incomplete).toBe(true);
  });

  it('copies the bytes of a large frame a bounded number of times, however small the chunks are', () => {
    const size = 1024 * 1024;
    const bytes = encode({ messageType: 'event', name: 'chunk', payload: 'x'.repeat(size) });
    const decoder = new EventStreamDecoder();
    const joins = jest.spyOn(Buffer, 'concat');
    const copies = jest.spyOn(Buffer.prototype, 'copy');
    const read: EventStreamFrame[] = [];
    for (let at = 0; at < bytes.length; at += 1024) read.push(...decoder.push(bytes.subarray(at, at + 1024)));
    const copied =
      joins.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0) +
      copies.mock.results.reduce((sum, { value }) => sum + (value as number), 0);
    jest.restoreAllMocks();
    expect(read.map(({ payload }) => payload.length)).toEqual([size]);
    expect(copied).toBeLessThan(4 * bytes.length);
  });

  it("rejects a frame above AWS's maximum length before it has arrived", () => {
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(25 * 1024 * 1024, 0);
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
    for (const cut of [1, 11, 12]) {
      const decoder = new EventStreamDecoder();
      expect(() =>
        [prelude.subarray(0, cut), prelude.subarray(cut), Buffer.from('x')].map((part) => decoder.push(part)),
      ).toThrow('frame length');
    }
  });

  it('decodes random bytes or rejects them as damaged', () => {
    const header = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 20 }), (headers, body) => {
        const frame = Buffer.alloc(16 + headers.length + body.length);
        frame.writeUInt32BE(frame.length, 0);
        frame.writeUInt32BE(headers.length, 4);
        frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
        frame.set(headers, 12);
        frame.set(body, 12 + headers.length);
        frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
        try {
          new EventStreamDecoder().push(frame);
        } catch (error) {
          expect(error).toMatchObject({ code: 'upstream_stream_corrupt' });
        }
      }),
    );
  });
});
