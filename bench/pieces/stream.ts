import { EventStreamCodec } from '@smithy/core/event-streams';
import type { Response } from 'express';
import type { Dispatcher } from 'undici';
import type { AwsSession } from '../../src/bedrock/sessions/aws-session.ts';
import { CONVERSE_STREAM_FORMAT } from '../../src/bedrock/operations/converse-stream.ts';
import { openEventStream } from '../../src/bedrock/transport/event-stream-sink.ts';
import type { RequestContext } from '../../src/request/request-context.ts';
import { AnswerStream } from '../../src/wire/answer-stream.ts';
import { SseResponse } from '../../src/http/streaming/sse-response.ts';
import { chatStream } from '../../src/translation/openai-chat/answer/chat-stream.ts';
import { MODEL } from './config.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

function frame(name: string, payload: object): Buffer {
  const text = (value: string) => ({ type: 'string' as const, value });
  const headers = {
    ':event-type': text(name),
    ':content-type': text('application/json'),
    ':message-type': text('event'),
  };
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(payload)) }));
}

export const DELTA_FRAME = frame('contentBlockDelta', {
  contentBlockIndex: 0,
  delta: { text: 'naïve texts ' },
  p: 'abcd',
});

const BEGINNING = frame('messageStart', { role: 'assistant', p: 'abc' });
const ENDING = [
  frame('contentBlockStop', { contentBlockIndex: 0 }),
  frame('messageStop', { stopReason: 'end_turn' }),
  frame('metadata', { usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 }, metrics: { latencyMs: 1 } }),
];

/** Replacement for undici's pool that delivers each frame alone, in its own turn of the event loop. */
class FrameByFrame {
  private readonly deltas: number;

  constructor(deltas: number) {
    this.deltas = deltas;
  }

  dispatch(_options: object, handler: Dispatcher.DispatchHandler): boolean {
    void this.feed(handler);
    return true;
  }

  private async feed(handler: Dispatcher.DispatchHandler): Promise<void> {
    const controller = { pause() {}, resume() {}, abort() {} } as unknown as Dispatcher.DispatchController;
    handler.onRequestStart?.(controller, {});
    handler.onResponseStart?.(controller, 200, { 'x-amzn-requestid': 'bench' }, 'OK');
    handler.onResponseData?.(controller, BEGINNING);
    for (let index = 0; index < this.deltas; index++) {
      handler.onResponseData?.(controller, DELTA_FRAME);
      await new Promise((resolve) => setImmediate(resolve));
    }
    handler.onResponseData?.(controller, Buffer.concat(ENDING));
    handler.onResponseEnd?.(controller, {});
  }
}

/** Returns a response that accepts every write at once. */
function reader(): { response: Response; read: () => string } {
  let last = '';
  const write = (text: string): boolean => {
    last = text;
    return true;
  };
  const response = { req: {}, writeHead() {}, write, end: write, destroyed: false, writableEnded: false };
  return { response: response as unknown as Response, read: () => last };
}

const SESSION = {
  origin: () => Promise.resolve(new URL('http://bedrock.test')),
  signedHeaders: () => Promise.resolve({}),
} as unknown as AwsSession;
const CLOCKS = { firstEventMs: 60_000, idleMs: 60_000, totalMs: 60_000 };

/** Sends a streamed answer through all code between the socket of Bedrock and the socket of the client. */
export async function streamThrough(deltas: number): Promise<void> {
  const pool = new FrameByFrame(deltas) as unknown as Dispatcher;
  const request = {
    path: '/',
    body: Buffer.alloc(0),
    accept: '',
    signal: new AbortController().signal,
    clocks: CLOCKS,
  };
  const { events } = await openEventStream(pool, SESSION, request, CONVERSE_STREAM_FORMAT);
  const reply = { id: 'bench', created: 1, model: MODEL, thinkingByName: false };
  const writer = chatStream({ model: MODEL, messages: [], stream: true }, reply);
  const { response, read } = reader();
  const body = new SseResponse(
    new AnswerStream({
      streams: [events],
      frames: (batch, index) => batch.flatMap((event) => writer.onEvent(event, index)),
      end: () => writer.onEnd(),
      onClose: () => undefined,
    }),
    { context: {} as RequestContext, dialect: 'openai', keepAliveMs: 0 },
  );
  await body.writeTo(response);
  if (!read().endsWith('data: [DONE]\n\n')) throw new Error(`the stream ended with: ${read()}`);
}
