import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { ConnectionPool } from '../connections/connection-pool.ts';
import { undiciConnections } from '../connections/undici-connection.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { AwsSession } from '../sessions/aws-session.ts';
import { postSignedForText } from './post-signed-for-text.ts';
import { type BodySink, postSigned, type UpstreamRequest, type UpstreamResponseHead } from './transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const LONG = { firstEventMs: 10_000, idleMs: 10_000, totalMs: 10_000 };
const PATH = '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse';

/** Plays Bedrock: one handler for each request, the last one for all further ones. */
let handlers: Handler[] = [];
let received: { request: IncomingMessage; body: Buffer }[] = [];
let server: Server;
let pool: ConnectionPool;
let session: AwsSession;

beforeEach(async () => {
  handlers = [];
  received = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      received.push({ request, body });
      (handlers.length > 1 ? handlers.shift() : handlers[0])?.(request, response, body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' });
  session = new AwsSession({ region: 'us-east-1', endpoint, credentials });
  const options = { allowH2: false, connect: { timeout: 10_000 } };
  pool = new ConnectionPool({ maxConnections: 1, openTo: (origin) => undiciConnections(origin, options) });
});
afterEach(async () => {
  session.destroy();
  await pool.destroy();
  server.closeAllConnections();
  server.close();
});

function requestOf(more: Partial<UpstreamRequest> = {}): UpstreamRequest & { signal: CancelSource } {
  const body = Buffer.from('{"messages":[]}');
  return { path: PATH, body, accept: 'application/json', clocks: LONG, signal: new CancelSource(), ...more } as never;
}

/** Records what the transport hands over. `onData` runs for each chunk. */
class RecordingSink implements BodySink {
  begun = false;
  readonly chunks: string[] = [];
  readonly closes: (Error | undefined)[] = [];

  constructor(
    readonly head: UpstreamResponseHead,
    readonly flow: Dispatcher.DispatchController,
    private readonly onData?: (sink: RecordingSink) => void,
  ) {}

  get text(): string {
    return this.chunks.join('');
  }

  data(chunk: Buffer): void {
    this.begun = true;
    this.chunks.push(chunk.toString());
    this.onData?.(this);
  }

  close(failure?: Error): void {
    this.closes.push(failure);
  }
}

/** Posts; resolves with the sinks that were made, also where the exchange was rejected. */
async function post(
  request: UpstreamRequest,
  onData?: (sink: RecordingSink) => void,
  onHead?: (sink: RecordingSink) => void,
): Promise<{ sinks: RecordingSink[]; rejection?: unknown }> {
  const sinks: RecordingSink[] = [];
  const exchange = postSigned(pool, session, request, (head, flow) => {
    const sink = new RecordingSink(head, flow, onData);
    sinks.push(sink);
    onHead?.(sink);
    return sink;
  });
  return exchange.then(
    () => ({ sinks }),
    (rejection: unknown) => ({ sinks, rejection }),
  );
}

const answer =
  (text: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    response.writeHead(200, { 'x-amzn-requestid': 'request-1', ...headers }).end(text);
const CONNECTION_ERROR = { status: 502, code: 'upstream_connection_error', retryable: true };
const TIMEOUT = { status: 504, code: 'timeout', retryable: true };

/** Resolves when the connection of a request is closed. */
const isGone = ({ socket }: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.on('error', () => undefined).once('close', () => resolve());
  });

describe('a signed POST', () => {
  it('is sent as it was signed, and its answer returned with its head', async () => {
    handlers = [answer('{"output":1}')];
    const attempts = new OpenAttempts();
    attempts.begin();
    const request = requestOf({ attempts, headers: { 'x-amzn-bedrock-trace': 'ENABLED' } });
    const { head, body } = await postSignedForText(pool, session, request);
    expect([head.requestId, body]).toEqual(['request-1', '{"output":1}']);
    expect(attempts.acceptedInMs(1_000)).toBe(0);
    const [{ request: sent, body: sentBody } = received[0]!] = received;
    expect([sent.method, sent.url, sentBody.toString()]).toEqual(['POST', PATH, '{"messages":[]}']);
    expect(sent.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': '15',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*x-amzn-bedrock-trace/),
      'x-amzn-bedrock-trace': 'ENABLED',
    });
  });

  it('hands over the chunks of a stream in order and closes the sink once', async () => {
    handlers = [
      async (_request, response) => {
        response.writeHead(200);
        for (const chunk of ['a', 'b', 'c']) {
          response.write(chunk);
          await sleep(1);
        }
        response.end();
      },
    ];
    const { sinks, rejection } = await post(requestOf());
    expect(rejection).toBeUndefined();
    expect(sinks.map(({ text, closes }) => ({ text, closes }))).toEqual([{ text: 'abc', closes: [undefined] }]);
  });

  it('keeps no listener of a request that is over', async () => {
    handlers = [answer('{}'), (_request, response) => response.writeHead(500).end()];
    for (let call = 0; call < 2; call++) {
      const request = requestOf();
      await post(request);
      expect(request.signal).toMatchObject({ listeners: [] });
    }
  });

  it('is not sent with a header that cannot be signed', async () => {
    const { rejection } = await post(requestOf({ headers: { 'x-amzn-bedrock-a': 'é' } }));
    expect(rejection).toMatchObject({ status: 400, code: 'request_not_sendable', param: 'x-amzn-bedrock-a' });
    expect(received).toEqual([]);
  });
});

describe('a rejection of Bedrock', () => {
  it.each([
    [
      'names its exception in a header',
      { status: 400, headers: { 'x-amzn-errortype': 'ValidationException:http://x/' }, body: '{"message":"Too few."}' },
      { status: 400, message: 'Too few.', exception: 'ValidationException', upstreamRequestId: 'request-2' },
    ],
    [
      'names its exception in the body',
      { status: 429, headers: {}, body: '{"__type":"ThrottlingException","Message":"Slower."}' },
      { status: 429, message: 'Slower.', retryable: true },
    ],
    [
      'is a page of a proxy with a time to wait',
      { status: 503, headers: { 'retry-after': '7' }, body: '<h1>Busy</h1>' },
      { status: 503, message: '<h1>Busy</h1>', retryAfter: 7, retryable: true },
    ],
    ['has a time to wait that is no number', { status: 503, headers: { 'retry-after': 'soon' }, body: '{}' }, {}],
    ['has no body', { status: 500, headers: {}, body: '' }, { status: 502, retryable: true }],
  ])('%s', async (_case, { status, headers, body }, expected) => {
    handlers = [
      (_request, response) => response.writeHead(status, { 'x-amzn-requestid': 'request-2', ...headers }).end(body),
    ];
    const { sinks, rejection } = await post(requestOf());
    expect(rejection).toMatchObject({ upstreamStatus: status, ...expected });
    if (!('retry-after' in headers) || headers['retry-after'] === 'soon')
      expect(rejection).toMatchObject({ retryAfter: undefined });
    expect(sinks).toEqual([]);
  });

  it('is read to a megabyte, however long its body is', async () => {
    const message = 'beyond the megabyte';
    const body = JSON.stringify({ padding: 'x'.repeat(2 * 1024 * 1024), message });
    handlers = [
      (_request, response) => response.writeHead(400, { 'x-amzn-errortype': 'ValidationException' }).end(body),
    ];
    const { rejection } = await post(requestOf());
    expect(rejection).toMatchObject({ status: 400, exception: 'ValidationException' });
    expect((rejection as Error).message).not.toContain(message);
  });

  it('because of the clock corrects it, so that a retry is signed with the time of AWS', async () => {
    const theirs = new Date(Date.now() + 3_600_000);
    const forbidden: Handler = (_request, response) =>
      response
        .writeHead(403, { date: theirs.toUTCString(), 'x-amzn-errortype': 'InvalidSignatureException' })
        .end('{"message":"Signature expired"}');
    handlers = [forbidden, forbidden, answer('{}')];
    expect((await post(requestOf())).rejection).toMatchObject({ retryable: true });
    expect((await post(requestOf())).rejection).toMatchObject({ retryable: false });
    const signedAt = received.map(({ request }) => String(request.headers['x-amz-date']).slice(0, 11));
    expect(signedAt[1]).toBe(theirs.toISOString().slice(0, 13).replaceAll('-', ''));
    expect(signedAt[0]).not.toBe(signedAt[1]);
  });
});

describe('a broken connection', () => {
  it('before the head rejects, and can be tried again', async () => {
    handlers = [(request) => request.socket.resetAndDestroy()];
    const { sinks, rejection } = await post(requestOf());
    expect([rejection, sinks]).toEqual([expect.objectContaining(CONNECTION_ERROR), []]);
  });

  it.each<[string, Handler]>([
    [
      'after the head',
      (request, response) => {
        response.writeHead(200).flushHeaders();
        setImmediate(() => request.socket.resetAndDestroy());
      },
    ],
    [
      'before the length that the head names',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"half":');
        setImmediate(() => request.socket.destroy());
      },
    ],
    [
      'within a chunk',
      (request, response) => {
        response.writeHead(200).flushHeaders();
        request.socket.write('64\r\n{"half":');
        setImmediate(() => request.socket.destroy());
      },
    ],
    [
      'before the last chunk',
      (request, response) => {
        response.writeHead(200).write('{"half":');
        setImmediate(() => request.socket.destroy());
      },
    ],
  ])('%s closes the sink with a failure', async (_case, handler) => {
    handlers = [handler];
    const { sinks, rejection } = await post(requestOf());
    expect(rejection).toBeUndefined();
    expect(sinks.map(({ closes }) => closes)).toEqual([[expect.objectContaining(CONNECTION_ERROR)]]);
    await expect(postSignedForText(pool, session, requestOf())).rejects.toMatchObject(CONNECTION_ERROR);
  });

  it('that closed while it was idle in the pool is replaced before a request is sent', async () => {
    handlers = [answer('{"n":1}'), answer('{"n":2}')];
    await postSignedForText(pool, session, requestOf());
    const { request } = received[0]!;
    request.socket.end();
    await isGone(request);
    expect((await postSignedForText(pool, session, requestOf())).body).toBe('{"n":2}');
    expect(received).toHaveLength(2);
  });

  it('that resets under a reused connection rejects, is not sent twice by itself, and succeeds when tried again', async () => {
    handlers = [answer('{"n":1}'), (request) => request.socket.resetAndDestroy(), answer('{"n":3}')];
    await postSignedForText(pool, session, requestOf());
    await expect(postSignedForText(pool, session, requestOf())).rejects.toMatchObject(CONNECTION_ERROR);
    const ports = received.map(({ request }) => request.socket.remotePort);
    expect(received).toHaveLength(2);
    expect(ports[0]).toBe(ports[1]);
    expect((await postSignedForText(pool, session, requestOf())).body).toBe('{"n":3}');
  });

  it('that cannot be opened rejects', async () => {
    server.close();
    await once(server, 'close');
    const { rejection } = await post(requestOf());
    expect(rejection).toMatchObject({ ...CONNECTION_ERROR, message: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('the clocks of a call', () => {
  const withClocks = (clocks: Partial<typeof LONG>) => requestOf({ clocks: { ...LONG, ...clocks } });

  it('end a call without a head after firstEventMs', async () => {
    handlers = [() => undefined];
    const { sinks, rejection } = await post(withClocks({ firstEventMs: 20 }));
    expect(rejection).toMatchObject({ ...TIMEOUT, message: 'Bedrock did not answer within the time limit.' });
    expect(sinks).toEqual([]);
    await isGone(received[0]!.request);
  });

  it('end a call with a head and without an event after firstEventMs, not after idleMs', async () => {
    handlers = [(_request, response) => response.writeHead(200).flushHeaders()];
    const { sinks } = await post(withClocks({ firstEventMs: 20, idleMs: 1 }));
    expect(sinks[0]!.closes).toMatchObject([{ ...TIMEOUT, message: 'Bedrock did not answer within the time limit.' }]);
  });

  it('end a call that falls silent after its first event after idleMs, not after firstEventMs', async () => {
    handlers = [(_request, response) => response.writeHead(200).write('begun')];
    const { sinks } = await post(withClocks({ firstEventMs: 10_000, idleMs: 20 }));
    expect(sinks[0]!.closes).toMatchObject([
      { ...TIMEOUT, message: 'Bedrock sent nothing within the idle time limit.' },
    ]);
  });

  it('let a call that has begun go on for longer than firstEventMs', async () => {
    handlers = [
      async (_request, response) => {
        response.writeHead(200).write('begun');
        for (let pause = 0; pause < 8; pause++) await sleep(45);
        response.end(', done');
      },
    ];
    const { sinks } = await post(withClocks({ firstEventMs: 300 }));
    expect(sinks[0]).toMatchObject({ text: 'begun, done', closes: [undefined] });
  });

  it('end a call that goes on longer than totalMs', async () => {
    let timer: NodeJS.Timeout | undefined;
    handlers = [
      (_request, response) => {
        response.writeHead(200);
        timer = setInterval(() => response.write('more'), 2);
      },
    ];
    const { sinks } = await post(withClocks({ totalMs: 400 }));
    clearInterval(timer);
    expect(sinks[0]!.closes).toMatchObject([TIMEOUT]);
    expect(sinks[0]!.chunks.length).toBeGreaterThan(0);
  });

  it('end a call that waits for a connection, which is not sent afterwards', async () => {
    handlers = [(_request, response) => response.writeHead(200).write('begun')];
    const first = requestOf();
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const running = post(first, () => resolve());
    await begun;
    const { rejection } = await post(withClocks({ totalMs: 20 }));
    expect(rejection).toMatchObject(TIMEOUT);
    first.signal.cancel(new Error('enough'));
    await running;
    handlers = [answer('{}')];
    await post(requestOf());
    expect(received).toHaveLength(2);
  });

  it('stand still while the reader has paused the stream', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    handlers = [
      (_request, response) => {
        response.writeHead(200);
        for (let count = 0; count < 16; count++) response.write(chunk);
        response.end();
      },
    ];
    let chunksOfPause = 0;
    const { sinks } = await post(withClocks({ idleMs: 300 }), ({ flow, chunks }) => {
      if (chunks.length > 1) return;
      flow.pause();
      setTimeout(() => {
        chunksOfPause = chunks.length;
        flow.resume();
      }, 400);
    });
    expect(chunksOfPause).toBe(1);
    expect(sinks[0]!.closes).toEqual([undefined]);
    expect(sinks[0]!.text.length).toBe(16 * chunk.length);
  });
});

describe('a canceled call', () => {
  const REASON = new Error('The client has gone.');

  it('is not sent if it was canceled before', async () => {
    const request = requestOf();
    request.signal.cancel(REASON);
    expect((await post(request)).rejection).toBe(REASON);
    expect(received).toEqual([]);
  });

  it('rejects with the reason before the head, and closes the connection', async () => {
    const request = requestOf();
    handlers = [() => request.signal.cancel(REASON)];
    const { sinks, rejection } = await post(request);
    expect([rejection, sinks]).toEqual([REASON, []]);
    await isGone(received[0]!.request);
  });

  it.each(['after the head', 'within the body'])('closes the sink with the reason %s', async (when) => {
    const request = requestOf();
    const cancel = (): void => void setImmediate(() => request.signal.cancel(REASON));
    handlers = [
      (_request, response) => {
        response.writeHead(200).flushHeaders();
        if (when === 'within the body') response.write('begun');
      },
    ];
    const { sinks, rejection } = await post(
      request,
      when === 'within the body' ? cancel : undefined,
      when === 'after the head' ? cancel : undefined,
    );
    expect([rejection, sinks[0]!.closes]).toEqual([undefined, [REASON]]);
    await isGone(received[0]!.request);
  });

  it('rejects with the reason while it waits for a connection', async () => {
    handlers = [(_request, response) => response.writeHead(200).write('begun')];
    const [first, second] = [requestOf(), requestOf()];
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const running = post(first, () => resolve());
    await begun;
    const waiting = post(second);
    await sleep(5);
    second.signal.cancel(REASON);
    expect((await waiting).rejection).toBe(REASON);
    first.signal.cancel(REASON);
    await running;
    expect(received).toHaveLength(1);
  });

  it('stays as it ended when it is canceled afterwards', async () => {
    handlers = [answer('{}')];
    const request = requestOf();
    const { sinks } = await post(request);
    request.signal.cancel(REASON);
    expect(sinks[0]!.closes).toEqual([undefined]);
  });
});

describe('an answer that is not accepted', () => {
  it('because its sink throws ends with that error and closes the connection', async () => {
    const broken = new Error('not a frame');
    handlers = [(_request, response) => response.writeHead(200).write('begun')];
    const { sinks, rejection } = await post(requestOf(), () => {
      throw broken;
    });
    expect(rejection).toBeUndefined();
    expect(sinks[0]!.closes).toHaveLength(1);
    expect(sinks[0]!.closes[0]).toMatchObject({ cause: broken });
    await isGone(received[0]!.request);
  });

  it('because it is larger than an answer may be is cut off', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    handlers = [
      (request, response) => {
        response.writeHead(200);
        const write = (): void => {
          while (!request.socket.destroyed && response.write(chunk));
        };
        response.on('drain', write);
        write();
      },
    ];
    await expect(postSignedForText(pool, session, requestOf())).rejects.toMatchObject({
      status: 502,
      code: 'upstream_answer_too_large',
      retryable: false,
    });
    await isGone(received[0]!.request);
  });
});
