import type { Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import type { ErrorDialect } from '../errors/error-body.ts';
import { SseWriter } from './sse-writer.ts';
import { renderStreamFailure } from './stream-failure.ts';
import type { AnswerStream, AnswerStreamSource } from '../../wire/answer-stream.ts';

export interface SseOptions {
  context: RequestContext;
  /** The API in whose form failures and keep-alives are sent. */
  dialect: ErrorDialect;
  /** Milliseconds of silence after which a comment is sent; 0: never. */
  keepAliveMs: number;
}

/** A streamed answer as a response in server-sent events. The gateway's adapter recognizes it. */
export class SseResponse {
  /** A promise where the head goes out before the upstream has answered. */
  readonly answer: AnswerStream | Promise<AnswerStream>;
  readonly settings: SseOptions;

  constructor(answer: SseResponse['answer'], settings: SseOptions) {
    this.answer = answer;
    this.settings = settings;
  }

  /** Writes all there is; resolves when the response has ended or the client has gone. Never rejects. */
  async writeTo(response: Response): Promise<void> {
    const { context, dialect, keepAliveMs } = this.settings;
    const writer = new SseWriter(response, keepAliveMs, dialect);
    let source: AnswerStreamSource<unknown> | undefined;
    try {
      if (this.answer instanceof Promise) writer.sendKeepAlive();
      ({ source } = await this.answer);
      // The upstream has answered, nothing is tried again: what was asked would live as long as the stream.
      response.req.body = undefined;
      await pumpAll(source, writer);
      writer.end(source.end());
    } catch (error) {
      writer.end(renderStreamFailure(error, context, dialect));
    } finally {
      source?.onClose();
    }
  }

  /** The client has gone before the first byte: the upstreams stop. */
  async cancel(): Promise<void> {
    // The client has gone, so that a failure cannot be sent to it.
    const answer = await Promise.resolve(this.answer).catch(() => undefined);
    if (answer === undefined) return;
    const { source } = answer;
    try {
      // A stream that cannot be closed keeps no other one open.
      await Promise.all(source.streams.map(async (stream) => stream[Symbol.asyncIterator]().return?.()));
    } finally {
      source.onClose();
    }
  }
}

async function pumpAll<Event>(source: AnswerStreamSource<Event>, writer: SseWriter): Promise<void> {
  const [only, ...others] = source.streams;
  if (only && others.length === 0) return pump(source, only, 0, writer);
  await Promise.all(source.streams.map((stream, index) => pump(source, stream, index, writer)));
}

async function pump<Event>(
  source: AnswerStreamSource<Event>,
  stream: AsyncIterable<Event[]>,
  index: number,
  writer: SseWriter,
): Promise<void> {
  for await (const events of stream) {
    // Awaiting only a check or a full socket keeps a lone event at one turn of the loop.
    const frames = source.frames(events, index);
    const drained = writer.write(frames instanceof Promise ? await frames : frames);
    if (drained) await drained;
    if (writer.closed) return;
  }
}
