import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { SseWriter } from './sse-writer.ts';

const STREAMS = 20;
/** More than the buffers of a local connection hold. */
const FRAME = { data: 'x'.repeat(8 * 1024 * 1024) };
const LISTENED_TO = ['drain', 'close'] as const;

let server: Server;
let client: Socket;
let response: ServerResponse;

/** A response on a real connection whose client does not read until `client.resume()`. */
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
});
afterEach(() => {
  client.destroy();
  server.close();
});

const listenersOf = (): number[] => LISTENED_TO.map((event) => response.listenerCount(event));

describe('a response of many streams whose client reads slowly', () => {
  it('has one listener for all of them, and lets all of them continue', async () => {
    const writer = new SseWriter(response as Response, 0, 'openai');
    const before = listenersOf();
    const waiting = [writer.write([FRAME])];
    const ofOne = listenersOf();
    for (let stream = 1; stream < STREAMS; stream++) waiting.push(writer.write([{ data: 'short' }]));
    expect(listenersOf()).toEqual(ofOne);
    expect(waiting.every((drained) => drained instanceof Promise)).toBe(true);
    client.resume();
    for (const drained of waiting) await drained;
    expect(listenersOf()).toEqual(before);
  });

  it('waits again when the socket is full again', async () => {
    const writer = new SseWriter(response as Response, 0, 'openai');
    client.resume();
    for (let round = 0; round < 2; round++) {
      const drained = writer.write([FRAME]);
      expect(drained).toBeInstanceOf(Promise);
      await drained;
      expect(response.writableNeedDrain).toBe(false);
    }
  });

  it('lets all of them continue when the client has gone', async () => {
    const writer = new SseWriter(response as Response, 0, 'openai');
    const waiting = [writer.write([FRAME]), writer.write([{ data: 'short' }])];
    client.destroy();
    for (const drained of waiting) await drained;
    expect(writer.closed).toBe(true);
    expect(writer.write([FRAME])).toBeUndefined();
  });
});
