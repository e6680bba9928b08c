import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Logger, type NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express/adapters/express-adapter.js';
import express, { type Express, type Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { expressMessageClasses, type HttpMessageClasses } from './express-message-classes.ts';
import { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import { cancelRawStream, writeRawJson, writeRawStream } from '../streaming/raw-body.ts';
import { SseResponse } from '../streaming/sse-response.ts';

/** Nest's Express adapter with the gateway's own ways of writing responses. */
export class GatewayAdapter extends ExpressAdapter {
  private readonly messages: HttpMessageClasses;
  private readonly streamLogger = new Logger('stream');

  constructor() {
    const application = express();
    // Each of these features would cost a hash, a header or a parse for each request, and none is used.
    application.disable('etag').disable('x-powered-by').set('query parser', 'simple');
    super(application);
    this.messages = expressMessageClasses(application);
  }

  override initHttpServer({ httpsOptions }: NestApplicationOptions): void {
    const listener = this.getInstance<Express>();
    this.httpServer = httpsOptions
      ? createTlsServer({ ...httpsOptions, ...this.messages }, listener)
      : createServer(this.messages, listener);
  }

  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (!response.headersSent) response.setHeader('openai-processing-ms', elapsedMs(response));
    if (body instanceof SseResponse || body instanceof RawEventStream) return this.stream(body, response);
    if (body instanceof RawJsonAnswer) return writeRawJson(body, response);
    if (typeof body !== 'object' || body === null || response.headersSent) {
      return super.reply(response, body, statusCode);
    }
    // Writes one string with its length. Skips Express's JSON path with its charset parsing and freshness checks.
    const json = JSON.stringify(body);
    response.writeHead(statusCode ?? response.statusCode, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(json),
    });
    return response.end(json);
  }

  /** Starts to write a stream and returns at once, because Nest keeps all objects of a request until `reply` returns. */
  private stream(body: SseResponse | RawEventStream, response: Response): void {
    written(body, response).catch((error: unknown) => {
      this.streamLogger.error(error);
      response.destroy();
    });
  }
}

function elapsedMs(response: Response): number {
  return Math.round(performance.now() - contextOf(response).startedAt);
}

function written(body: SseResponse | RawEventStream, response: Response): Promise<void> {
  if (body instanceof SseResponse) return response.destroyed ? body.cancel() : body.writeTo(response);
  return response.destroyed ? cancelRawStream(body) : writeRawStream(body, response, contextOf(response));
}

function contextOf(response: Response): RequestContext {
  return (response.req as GatewayRequest).context;
}
