import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ExpressAdapter, NestExpressApplication } from '@nestjs/platform-express';
import type { Express, Request } from 'express';
import { OpenAttempts } from '../../src/request/open-attempts.ts';

export interface ExchangeOptions {
  /** Where the classes of a request and its response come from. */
  messages: 'node' | 'express';
  /** Returns the parsed body of a request. */
  body?: () => unknown;
}

/**
 * Returns a function that sends one `GET /` through Express and Nest, without sockets. The cost of sockets is equal
 * both ways, and varies more than the difference.
 */
export async function startWithoutSockets(
  adapter: ExpressAdapter,
  controller: Type,
  { messages, body }: ExchangeOptions,
): Promise<() => ServerResponse> {
  class Root {}
  Module({ controllers: [controller] })(Root);
  const app = await NestFactory.create<NestExpressApplication>(Root, adapter, { logger: false, bodyParser: false });
  app.use((request: Request & { context?: object }, _response: unknown, next: () => void) => {
    request.context = { startedAt: performance.now(), attempts: new OpenAttempts(), report: {} };
    request.body = body?.();
    next();
  });
  await app.init();
  const express = adapter.getInstance<Express>();
  const RequestClass = messages === 'node' ? IncomingMessage : (express.request.constructor as typeof IncomingMessage);
  const ResponseClass = messages === 'node' ? ServerResponse : (express.response.constructor as typeof ServerResponse);
  const socket = new Socket();
  return () => {
    const request = new RequestClass(socket);
    request.method = 'GET';
    request.url = '/';
    request.headers = { host: '127.0.0.1', 'user-agent': 'bench', accept: '*/*' };
    const response = new ResponseClass(request);
    express(request as Request, response as never);
    return response;
  };
}

/** Sends one request and waits for its whole answer. Nest answers within one turn of the event loop. */
export async function exchange(send: () => ServerResponse): Promise<void> {
  const response = send();
  await nextTurn();
  if (!response.writableEnded || response.statusCode !== 200)
    throw new Error('The request did not end with status 200 within one turn of the event loop.');
}
