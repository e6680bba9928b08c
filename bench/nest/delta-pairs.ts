import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RouterResponseController } from '@nestjs/core/router/router-response-controller.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { Subject } from 'rxjs';
import { SseWriter } from '../../src/http/streaming/sse-writer.ts';
import type { Pair, PairedWork } from './paired.ts';

const DATA = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'claude-haiku-4-5',
  choices: [{ index: 0, delta: { content: 'naïve "texts"\n' }, finish_reason: null }],
});

/** Function that writes one event alone, in a separate turn of the event loop. */
type WriteDelta = () => unknown;

export const DELTA_PAIRS: readonly Pair[] = [
  { name: 'delta: @Sse of Nest, or SseWriter', prepare: () => deltaPair(nestWriter) },
  { name: 'delta: chunks framed by Node, or by SseWriter', prepare: () => deltaPair(nodeChunks) },
];

async function deltaPair(
  library: (response: ServerResponse, request: IncomingMessage) => WriteDelta,
): Promise<PairedWork> {
  const nest = await openResponse();
  const gateway = await openResponse();
  const writeNest = library(nest.response, nest.request);
  const writer = new SseWriter(gateway.response as Response, 0, 'openai');
  return {
    nest: async () => {
      await writeNest();
      await nextTurn();
    },
    gateway: async () => {
      await writer.write([{ data: DATA }]);
      await nextTurn();
    },
    close() {
      nest.close();
      gateway.close();
    },
  };
}

function nestWriter(response: ServerResponse, request: IncomingMessage): WriteDelta {
  const events = new Subject<{ data: string }>();
  void new RouterResponseController(new ExpressAdapter()).sse(events, response, request);
  return () => events.next({ data: DATA });
}

/** Returns an SseWriter whose chunks Node frames. */
function nodeChunks(response: ServerResponse): WriteDelta {
  const writer = new SseWriter(response as Response, 0, 'openai');
  Object.assign(writer, { framing: 'none' });
  response.chunkedEncoding = true;
  return () => writer.write([{ data: DATA }]);
}

/** Returns a response on a real connection whose client reads everything. */
async function openResponse() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  return {
    request,
    response,
    close() {
      client.destroy();
      server.close();
    },
  };
}
