import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { EventStreamDecoder, type Frame } from './event-stream.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

function encode(frame: Frame): Buffer {
  const typeHeader = frame.messageType === 'exception' ? ':exception-type' : ':event-type';
  return Buffer.from(
    codec.encode({
      headers: {
        [typeHeader]: { type: 'string', value: frame.name },
        ':content-type': { type: 'string', value: 'application/json' },
        ':message-type': { type: 'string', value: frame.messageType },
        // Types that Bedrock does not send today must be stepped over.
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
  it('reads what the SDK wrote, however the network cut it', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (written, cuts) => {
        const bytes = Buffer.concat(written.map(encode));
        const decoder = new EventStreamDecoder();
        const read: Frame[] = [];
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

  it('notices every single flipped byte', () => {
    const bytes = encode({ messageType: 'event', name: 'messageStop', payload: '{"stopReason":"end_turn"}' });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0x01;
      expect(() => new EventStreamDecoder().push(damaged)).toThrow('damaged');
    }
  });

  it('says when the bytes end in the middle of a frame', () => {
    const bytes = encode({ messageType: 'event', name: 'messageStop', payload: '{}' });
    const decoder = new EventStreamDecoder();
    expect(decoder.push(bytes.subarray(0, bytes.length - 1))).toEqual([]);
    expect(decoder.incomplete).toBe(true);
  });
});
