import type { RequestContext } from '../../request/request-context.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import { SseResponse } from './sse-response.ts';

const SETTINGS = { context: {} as RequestContext, dialect: 'openai', keepAliveMs: 0 } as const;

describe('a streamed answer whose client has disconnected before the first byte', () => {
  it('cancels its upstreams and settles their usage', async () => {
    const calls: string[] = [];
    const stream = { [Symbol.asyncIterator]: () => iterator } as AsyncIterable<never[]>;
    const iterator = {
      next: () => Promise.reject(new Error('not read')),
      return: () => {
        calls.push('stopped');
        return Promise.resolve({ done: true as const, value: undefined });
      },
    };
    const answer = new AnswerStream<never>({
      streams: [stream],
      frames: () => [],
      end: () => [],
      onClose: () => calls.push('settled'),
    });
    await new SseResponse(answer, SETTINGS).cancel();
    await new SseResponse(Promise.resolve(answer), SETTINGS).cancel();
    expect(calls).toEqual(['stopped', 'settled', 'stopped', 'settled']);
  });

  it('cancels and settles each of several upstreams, even if one cannot be closed', async () => {
    const closed: string[] = [];
    const stream = (close: () => void): AsyncIterable<never[]> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('not read')),
        return: async () => {
          close();
          return { done: true as const, value: undefined };
        },
      }),
    });
    const failing = stream(() => {
      throw new Error('not closed');
    });
    const answer = new AnswerStream<never>({
      streams: [failing, stream(() => closed.push('second'))],
      frames: () => [],
      end: () => [],
      onClose: () => closed.push('settled'),
    });
    await expect(new SseResponse(answer, SETTINGS).cancel()).rejects.toThrow('not closed');
    expect(closed).toEqual(['second', 'settled']);
  });

  it('does not fail if its upstream failed', async () => {
    const answer = Promise.reject<AnswerStream>(new Error('throttled'));
    await expect(new SseResponse(answer, SETTINGS).cancel()).resolves.toBeUndefined();
  });
});
