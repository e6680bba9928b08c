import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Body, Controller, Get, UseInterceptors } from '@nestjs/common';
import type { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { GatewayAdapter } from '../../src/http/server/gateway-adapter.ts';
import { StreamingInterceptor } from '../../src/http/retry/streaming.interceptor.ts';
import type { SseResponse } from '../../src/http/streaming/sse-response.ts';
import { configOf } from '../pieces/config.ts';
import { chatRequestOf } from '../pieces/requests.ts';
import { ChatRequestDto } from '../../src/api/chat/chat.dto.ts';
import { AnswerStream } from '../../src/wire/answer-stream.ts';
import { startWithoutSockets } from './application.ts';

const STREAMS = 1_000;
const ROUNDS = 5;
const CONFIG = configOf({ keys: 1, models: 0 });

/** Keeps references to all open streams, so that they are not collected. */
const ends: ((value: never) => void)[] = [];

/** Answers with a stream that stays open and silent. */
@Controller()
@UseInterceptors(new StreamingInterceptor(CONFIG))
class SilentController {
  @Get()
  answer(@Body() _request: ChatRequestDto) {
    const silent = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>((resolve) => ends.push(resolve)) }),
    };
    const source = { streams: [silent], frames: () => [], end: () => [], onClose: () => undefined };
    return new AnswerStream<never>(source);
  }
}

/** The gateway's adapter, except that Nest waits for the end of a stream, as for any answer. */
class WaitingAdapter extends GatewayAdapter {
  override reply(response: Response, body: unknown): unknown {
    return (body as SseResponse).writeTo(response);
  }
}

/** Bytes of heap that an open stream keeps, both ways. */
export interface StreamMemory {
  nest: number;
  gateway: number;
}

/** Measures a stream whose end Nest awaits, and one that the adapter writes by itself. Returns medians. */
export async function measureStreamMemory(): Promise<StreamMemory> {
  const nest: number[] = [];
  const gateway: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    nest.push(await keptBytes(new WaitingAdapter()));
    gateway.push(await keptBytes(new GatewayAdapter()));
  }
  const median = (values: number[]): number => values.toSorted((one, other) => one - other)[(ROUNDS - 1) / 2]!;
  return { nest: median(nest), gateway: median(gateway) };
}

async function keptBytes(adapter: ExpressAdapter): Promise<number> {
  const send = await startWithoutSockets(adapter, SilentController, {
    messages: 'express',
    body: () => ({ ...chatRequestOf(1_000), stream: true }),
  });
  const open: ServerResponse[] = [];
  for (let stream = 0; stream < STREAMS; stream++) open.push(send());
  await nextTurn();
  // The first requests compile code; only the second half is counted.
  const before = await heapBytes();
  for (let stream = 0; stream < STREAMS; stream++) open.push(send());
  await nextTurn();
  const after = await heapBytes();
  if (open.some(({ headersSent }) => !headersSent))
    throw new Error('A response has no headers: a stream did not start.');
  return (after - before) / STREAMS;
}

async function heapBytes(): Promise<number> {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed;
}
