import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import type { ErrorDialect } from '../errors/error-body.ts';
import { SseWriter } from './sse-writer.ts';
import { renderStreamFailure } from './stream-failure.ts';
import type { AnswerStream, AnswerStreamSource } from '../../wire/answer-stream.ts';

/** Options of a streamed response. */
export interface SseOptions {
  context: RequestContext;
  /** The API in whose format failures and keep-alives are sent. */
  dialect: ErrorDialect;
  /** Milliseconds of silence before a keep-alive is sent; 0 disables it. */
  keepAliveMs: number;
}

/** A streamed answer as server-sent events. The GatewayAdapter writes it. */
export class SseResponse {
  /** A promise if the response starts before the upstream has accepted the request. */
  readonly answer: AnswerStream | Promise<AnswerStream>;
  readonly settings: SseOptions;

  constructor(answer: SseResponse['answer'], settings: SseOptions) {
    this.answer = answer;
    this.settings = settings;
  }

  /** Writes the whole stream. Resolves when the response has ended or the client has disconnected. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    const { context, dialect, keepAliveMs } = this.settings;
    const writer = new SseWriter(response, keepAliveMs, dialect);
    let source: AnswerStreamSource<unknown> | undefined;
    try {
      if (this.answer instanceof Promise) writer.sendKeepAlive();
      ({ source } = await this.answer);
      // The upstream has accepted the request and no retry follows, so its body need not stay in memory during the stream.
      response.req.body = undefined;
      await pumpAll(source, writer);
      writer.end(source.end());
    } catch (error) {
      writer.end(renderStreamFailure(error, context, dialect));
    } finally {
      source?.onClose();
    }
  }

  /** Cancels the upstreams, because the client has disconnected before the first byte. */
  async cancel(): Promise<void> {
    // The failure of an upstream has no receiver any more.
    const answer = await Promise.resolve(this.answer).catch(() => undefined);
    if (answer === undefined) return;
    const { source } = answer;
    try {
      // A stream that cannot be closed does not keep the others open.
      await Promise.all(source.streams.map(async (stream) => stream[Symbol.asyncIterator]().return?.()));
    } finally {
      source.onClose();
    }
  }
}

async function pumpAll<Event>(source: AnswerStreamSource<Event>, writer: SseWriter): Promise<void> {
  const [first, ...others] = source.streams;
  if (first && others.length === 0) return pump(source, first, 0, writer);
  await Promise.all(source.streams.map((stream, index) => pump(source, stream, index, writer)));
}

async function pump<Event>(
  source: AnswerStreamSource<Event>,
  stream: AsyncIterable<Event[]>,
  index: number,
  writer: SseWriter,
): Promise<void> {
  for await (const events of stream) {
    // Awaits only promises and a full socket, so that a single event takes one turn of the event loop.
    const frames = source.frames(events, index);
    const drained = writer.write(frames instanceof Promise ? await frames : frames);
    if (drained) await drained;
    if (writer.closed) return;
  }
}
