import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { Derived } from '../config/derived.ts';
import type { BodyBudget } from './admission/body-budget.ts';
import { type BodyParserError, NO_ROOM } from './body-errors.ts';
import type { GatewayRequest } from './call.middleware.ts';

const PLAIN_JSON = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Reads JSON bodies. What nearly every client sends, plain JSON in UTF-8, is collected and decoded in one
 * piece: on a conversation of 200 KB that takes half as long as Express's parser, which decodes chunk by chunk.
 * Compressed bodies and other encodings go through that parser. Failures have its form, for `body-errors.ts`.
 * `limit` gives the most bytes of a body, at any time; what a request holds is taken from the budget as it comes, and
 * given back when its call is over.
 */
export function jsonBody(limit: () => number, budget: BodyBudget): RequestHandler {
  const others = new Derived(limit, (limitBytes) =>
    express.json({ limit: limitBytes, verify: (request, _, body) => hold(request, body, budget) }),
  );
  return (request, response, next) => {
    const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
    // AWS's SDK calls the same JSON octet-stream at times.
    const isPlain = PLAIN_JSON.test(type) || isRelayed(request);
    if (encoding !== undefined || !isPlain) return others.current(request, response, next);
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) {
      return next();
    }
    collect(request, response, { limitBytes: Math.min(limit(), budget.limit), budget }, next);
  };
}

/** Bodies of Bedrock's own API go on as they are. */
function isRelayed({ path }: Request): boolean {
  return path.startsWith('/model/');
}

interface Limits {
  limitBytes: number;
  budget: BodyBudget;
}

function collect(request: Request, response: Response, { limitBytes, budget }: Limits, next: NextFunction): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const share = shareOf(request as GatewayRequest, budget);
  const done = (failure?: BodyParserError): void => {
    request.off('data', onData).off('end', onEnd).off('error', onError);
    next(failure);
  };
  const onData = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > limitBytes) return done(tooLarge(request, response, limitBytes));
    if (!budget.take(part.length)) return done(noRoom(request, response));
    share.bytes += part.length;
    parts.push(part);
  };
  const onEnd = (): void => {
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    if (isRelayed(request)) {
      request.body = body;
      return done();
    }
    const parsed = parse(body);
    if ('failure' in parsed) return done(parsed.failure);
    request.body = parsed.value;
    done();
  };
  // The client has gone: `close` tells the call, and nobody is left to answer.
  const onError = (): void => done(failed('request.aborted', 'The request was aborted.'));
  if (Number(request.headers['content-length']) > limitBytes) return next(tooLarge(request, response, limitBytes));
  request.on('data', onData).on('end', onEnd).on('error', onError);
}

/** What is given back when the call is over. Not within `collect`: its other functions, and the bytes, would live as long. */
function shareOf({ call }: GatewayRequest, budget: BodyBudget): { bytes: number } {
  const share = { bytes: 0 };
  call.atEnd(() => budget.give(share.bytes));
  return share;
}

function parse(body: Buffer): { value: unknown } | { failure: BodyParserError } {
  if (body.length === 0) return { value: undefined };
  const text = body.toString('utf8');
  if (!isUtf8(body)) return { failure: parseFailure('It is not valid UTF-8', text) };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { value };
    return { failure: parseFailure('Only an object or a list can be a body', text) };
  } catch (error) {
    return { failure: parseFailure((error as Error).message, text) };
  }
}

function parseFailure(message: string, text: string): BodyParserError {
  return Object.assign(failed('entity.parse.failed', message), { body: text });
}

/** A body that Express has read; throws where there is no room for it. */
function hold(request: IncomingMessage, body: Buffer, budget: BodyBudget): void {
  if (!budget.take(body.length)) throw failed(NO_ROOM, 'no room for the body');
  (request as GatewayRequest).call.atEnd(() => budget.give(body.length));
}

function noRoom(request: Request, response: Response): BodyParserError {
  throwAway(request, response);
  return failed(NO_ROOM, 'no room for the body');
}

/** The rest of the body is thrown away as it comes, and the connection with it. */
function throwAway(request: Request, response: Response): void {
  response.setHeader('connection', 'close');
  request.resume();
}

function tooLarge(request: Request, response: Response, limit: number): BodyParserError {
  throwAway(request, response);
  return Object.assign(failed('entity.too.large', 'request entity too large'), { status: 413, limit });
}

function failed(type: string, message: string): BodyParserError {
  return Object.assign(new Error(message), { type, status: 400 });
}
