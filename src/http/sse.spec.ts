import type { Call } from '../call.ts';
import { SseBody, type SseSource } from './sse.ts';

const SETTINGS = { call: {} as Call, dialect: 'openai', keepAliveMs: 0 } as const;

describe('a streamed answer whose client has gone before its first byte', () => {
  it('stops its upstreams and books what they used', async () => {
    const told: string[] = [];
    const stream = { [Symbol.asyncIterator]: () => iterator } as AsyncIterable<never[]>;
    const iterator = {
      next: () => Promise.reject(new Error('nobody reads')),
      return: () => {
        told.push('stopped');
        return Promise.resolve({ done: true as const, value: undefined });
      },
    };
    const source: SseSource<never> = {
      streams: [stream],
      frames: () => [],
      end: () => [],
      settled: () => told.push('settled'),
    };
    await new SseBody(source, SETTINGS).cancel();
    await new SseBody(Promise.resolve(source), SETTINGS).cancel();
    expect(told).toEqual(['stopped', 'settled', 'stopped', 'settled']);
  });

  it('does not fail where its upstream did', async () => {
    const source = Promise.reject<SseSource<never>>(new Error('throttled'));
    await expect(new SseBody(source, SETTINGS).cancel()).resolves.toBeUndefined();
  });
});
