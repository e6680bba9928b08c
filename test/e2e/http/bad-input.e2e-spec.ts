import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/**
 * Malformed and hostile input. Time and memory stay bounded (the timeout of a test is its bound), the error is clear,
 * and other clients are not affected.
 */

const MODEL = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const LIMIT_BYTES = 1024 * 1024;
const HUNDRED_MB = 100_000_000;
const PATH = '/v1/chat/completions';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(
    `server: { bodyLimitBytes: ${LIMIT_BYTES}, headersTimeoutMs: 1000, requestTimeoutMs: 2000 }`,
  );
});
afterAll(() => gateway.close());

/** Asserts that the next request succeeds and that no built-in prototype was changed. */
afterEach(async () => {
  expect((await gateway.send(PATH, { body: REQUEST })).status).toBe(200);
  expect(Object.keys(Object.prototype)).toEqual([]);
  gateway.emulator.reset();
});

interface RawAnswer {
  /** The statuses of all responses on the connection. */
  statuses: number[];
  text: string;
  closed: boolean;
}

/** Writes bytes to a new connection. Resolves when the connection closes, or is silent for a while after a response. */
async function exchange(write: (socket: Socket) => unknown): Promise<RawAnswer> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const parts: string[] = [];
  socket.on('data', (chunk) => parts.push(chunk.toString('latin1'))).on('error', () => undefined);
  await once(socket, 'connect');
  const closed = closing(socket).then(() => true);
  await write(socket);
  const answered = async (): Promise<boolean> => {
    while (parts.length === 0 && !socket.destroyed) await sleep(20);
    await sleep(300);
    return false;
  };
  const isClosed = await Promise.race([closed, answered()]);
  socket.destroy();
  const text = parts.join('');
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  return { statuses: statuses.filter((status) => status !== 100), text, closed: isClosed };
}

/** Waits for `close`. `events.once` would reject with the error that precedes it. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

const head = (...lines: string[]): string =>
  [`POST ${PATH} HTTP/1.1`, 'host: gateway', `authorization: Bearer ${KEY}`, 'content-type: application/json', ...lines]
    .map((line) => `${line}\r\n`)
    .join('');

async function errorOf(response: Response): Promise<[number, string | null]> {
  const { error } = (await response.json()) as { error: { code: string | null } };
  return [response.status, error.code];
}

describe('slow clients', () => {
  it('that send headers slowly are disconnected', async () => {
    const { statuses, closed } = await exchange(async (socket) => {
      socket.write(`POST ${PATH} HTTP/1.1\r\n`);
      void (async () => {
        for (let line = 0; !socket.destroyed && line < 100; line++) {
          socket.write(`x-${line}: y\r\n`);
          await sleep(100);
        }
      })();
    });
    expect([statuses, closed]).toEqual([[408], true]);
  });

  it('that send a body slowly are disconnected', async () => {
    const { statuses, closed } = await exchange(async (socket) => {
      socket.write(`${head('content-length: 100000')}\r\n{"model":`);
      void (async () => {
        for (let byte = 0; !socket.destroyed && byte < 100; byte++) {
          socket.write(' ');
          await sleep(100);
        }
      })();
    });
    expect([statuses, closed]).toEqual([[408], true]);
  });

  it('with a hundred idle connections do not delay other clients', async () => {
    const { hostname, port } = new URL(gateway.url);
    const sockets = Array.from({ length: 100 }, () => connect(Number(port), hostname));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    expect((await gateway.send(PATH, { body: REQUEST })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('oversized header blocks', () => {
  it.each([
    ['one of 100 KB', [`x-large: ${'x'.repeat(100_000)}`]],
    ['ten thousand', Array.from({ length: 10_000 }, (_, index) => `x-${index}: y`)],
    ['a cookie of 64 KB', [`cookie: ${'a=b; '.repeat(13_000)}`]],
  ])('%s', async (_, headers) => {
    const { statuses, closed, text } = await exchange((socket) => socket.write(`${head(...headers)}\r\n`));
    expect([statuses, closed]).toEqual([[431], true]);
    expect(text).toContain('headers_too_large');
  });

  it('in trailers after the body', async () => {
    const { statuses } = await exchange((socket) => {
      socket.write(`${head('transfer-encoding: chunked')}\r\n2\r\n{}\r\n0\r\n`);
      socket.write(`${`x-trailer: ${'x'.repeat(1000)}\r\n`.repeat(1000)}\r\n`);
    });
    expect(statuses).toHaveLength(1);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses[0]).toBeLessThan(500);
  });

  it('in chunk extensions', async () => {
    const { statuses } = await exchange((socket) =>
      socket.write(`${head('transfer-encoding: chunked')}\r\n2;${'x'.repeat(200_000)}\r\n{}\r\n0\r\n\r\n`),
    );
    expect([[400], [413]]).toContainEqual(statuses);
  });
});

describe('bodies of 100 MB', () => {
  const drained = (socket: Socket) => new Promise<void>((resolve) => socket.once('drain', () => resolve()));
  const piece = Buffer.alloc(64 * 1024, ' ');
  const pour = async (socket: Socket, frame: (bytes: Buffer) => Buffer): Promise<void> => {
    const framed = frame(piece);
    for (let sent = 0; sent < HUNDRED_MB && !socket.destroyed; sent += piece.length) {
      if (!socket.write(framed)) await Promise.race([drained(socket), closing(socket)]);
    }
  };
  /** Returns the peak buffer memory while `work` runs, in bytes. */
  const peakOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 5);
    await work();
    clearInterval(sampler);
    return peak - before;
  };
  const chunk = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

  it.each([
    ['announced', `content-length: ${HUNDRED_MB}`, (bytes: Buffer) => bytes],
    ['in chunks', 'transfer-encoding: chunked', chunk],
  ])('of %s are rejected and not buffered', async (_, header, frame) => {
    let answer: RawAnswer | undefined;
    const peak = await peakOf(async () => {
      answer = await exchange(async (socket) => {
        socket.write(`${head(header)}\r\n`);
        await pour(socket, frame);
      });
    });
    expect(answer?.statuses).toEqual([413]);
    expect(answer?.text).toContain('request_too_large');
    expect(peak).toBeLessThan(HUNDRED_MB / 2);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(HUNDRED_MB, ' '))],
    ['deflate', deflateSync(Buffer.alloc(HUNDRED_MB, ' '))],
    ['br', brotliCompressSync(Buffer.alloc(HUNDRED_MB, ' '))],
  ])('that decompress from %s are rejected before they expand', async (encoding, bytes) => {
    let response: Response | undefined;
    const peak = await peakOf(async () => {
      response = await fetch(gateway.url + PATH, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        body: new Uint8Array(bytes),
      });
    });
    expect(await errorOf(response!)).toEqual([413, 'request_too_large']);
    expect(peak).toBeLessThan(HUNDRED_MB / 2);
  });

  it.each(['gzip, gzip', 'x-bomb', 'gzip'])('with invalid compression are rejected: %s', async (encoding) => {
    const response = await gateway.send(PATH, { body: '{}', headers: { 'content-encoding': encoding } });
    expect([400, 415]).toContain(response.status);
  });
});

describe('JSON', () => {
  const post = (body: string) => gateway.send(PATH, { body });
  const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
  const around = (name: string, json: string): string =>
    `{"model":"${MODEL}","messages":[{"role":"user","content":"Hello"}],"${name}":${json}}`;
  const places: [string, (json: string) => string][] = [
    ['the body', (json) => json],
    ['messages', (json) => `{"model":"${MODEL}","messages":${json}}`],
    ['content', (json) => `{"model":"${MODEL}","messages":[{"role":"user","content":${json}}]}`],
    [
      'parameters of a tool',
      (json) => around('tools', `[{"type":"function","function":{"name":"f","parameters":${json}}}]`),
    ],
    [
      'a schema',
      (json) => around('response_format', `{"type":"json_schema","json_schema":{"name":"s","schema":${json}}}`),
    ],
    ['metadata', (json) => around('metadata', json)],
    ['an unknown field', (json) => around('field_of_next_year', json)],
  ];
  it.each(places)('nested 100,000 levels deep in %s does not cause an internal error', async (_, wrap) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '1'],
    ] as const) {
      const depth = 100_000;
      const json = open === '[' ? nested(depth, open, close) : `${open.repeat(depth)}1${'}'.repeat(depth)}`;
      expect((await post(wrap(json))).status).toBeLessThan(500);
    }
  });

  it.each([
    ['a lone byte', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['an incomplete character', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])('that is not UTF-8 (%s) is rejected, not repaired', async (_, bytes) => {
    const body = Buffer.concat([Buffer.from(`{"model":"${MODEL}","user":`), bytes, Buffer.from(',"messages":[]}')]);
    const response = await fetch(gateway.url + PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body,
    });
    expect(await errorOf(response)).toEqual([400, 'invalid_json']);
  });

  it.each(['max_tokens', 'n', 'temperature', 'top_p', 'top_k', 'seed', 'logprobs', 'top_logprobs', 'presence_penalty'])(
    'with a number out of range in %s does not cause an internal error',
    async (name) => {
      for (const number of ['1e400', '-1e400', '9'.repeat(100_000), `0.${'0'.repeat(100_000)}1`, '1e308', '-0']) {
        const response = await post(around(name, number));
        expect(response.status).toBeLessThan(500);
        await response.arrayBuffer();
      }
    },
  );

  it('with a billion choices starts none of them', async () => {
    expect((await post(around('n', '1000000000'))).status).toBe(400);
    expect(gateway.emulator.requests).toHaveLength(0);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'with %s as a key or a name has no effect on prototypes and finds no property',
    async (name) => {
      const poison = `{"${name}":{"polluted":true},"isAdmin":true}`;
      const bodies = [
        around(name, poison),
        around('metadata', poison),
        around('tools', `[{"type":"function","function":{"name":"f","parameters":{"properties":${poison}}}}]`),
        around('tools', `[{"type":"function","function":{"name":"${name}","parameters":{}}}]`),
        around('tool_choice', `{"type":"${name}","${name}":${poison}}`),
        around('response_format', `{"type":"${name}","${name}":${poison}}`),
        around('reasoning_effort', `"${name}"`),
        around('service_tier', `"${name}"`),
        around('thinking', `{"type":"${name}"}`),
        around('additionalModelRequestFields', poison),
        `{"model":"${name}","messages":[{"role":"user","content":"Hello"}]}`,
        `{"model":"${MODEL}","messages":[{"role":"${name}","content":"Hello","${name}":1}]}`,
        `{"model":"${MODEL}","messages":[{"role":"user","content":[{"type":"${name}","${name}":{}}]}]}`,
      ];
      for (const body of bodies) {
        const response = await post(body);
        expect(`${response.status} ${body}`).not.toMatch(/^5/);
        await response.arrayBuffer();
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );
});

describe('ambiguous requests that servers may split differently (request smuggling)', () => {
  const smuggled = `GET /v1/models HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${KEY}\r\n\r\n`;
  const chunked = `0\r\n\r\n${smuggled}`;
  const raw = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
  const start = `POST ${PATH} HTTP/1.1`;
  const auth = `authorization: Bearer ${KEY}`;
  const shapes: [string, string][] = [
    ['length and chunks', head('content-length: 5', 'transfer-encoding: chunked') + `\r\n${chunked}`],
    ['chunks and length', head('transfer-encoding: chunked', 'content-length: 5') + `\r\n${chunked}`],
    ['two lengths', head('content-length: 2', `content-length: ${2 + smuggled.length}`) + `\r\n{}${smuggled}`],
    ['a list of lengths', head(`content-length: 2, ${2 + smuggled.length}`) + `\r\n{}${smuggled}`],
    ['a length with a sign', head('content-length: +2') + `\r\n{}${smuggled}`],
    ['a length that is not a number', head('content-length: 0x2') + `\r\n{}${smuggled}`],
    ['chunked as a coding before the last', head('transfer-encoding: chunked, identity') + `\r\n${chunked}`],
    ['a coding with a name similar to chunked', head('transfer-encoding: xchunked') + `\r\n${chunked}`],
    ['a space before the colon', head('transfer-encoding : chunked') + `\r\n${chunked}`],
    ['a folded header', head('transfer-encoding:', ' chunked') + `\r\n${chunked}`],
    ['a folded value', head('x-folded: a', '\tb') + '\r\n'],
    ['bare line feeds', raw(start, 'host: gateway', auth, 'x: y\nTransfer-Encoding: chunked') + chunked],
    ['a bare carriage return', raw(start, 'host: gateway', auth, 'x: y\rTransfer-Encoding: chunked') + chunked],
    ['a nul in a header', head('x: a\0b') + '\r\n'],
    ['a chunk of negative size', head('transfer-encoding: chunked') + `\r\n-1\r\n{}\r\n${chunked}`],
    ['a chunk without a size', head('transfer-encoding: chunked') + `\r\nzz\r\n{}\r\n${chunked}`],
    ['a chunk too large to count', head('transfer-encoding: chunked') + `\r\nfffffffffffffffff\r\n{}\r\n${chunked}`],
    [
      'a chunk longer than its declared size',
      head('transfer-encoding: chunked') + `\r\n2\r\n{}${smuggled}\r\n${chunked}`,
    ],
    ['no host', raw(start, auth, 'content-length: 0')],
    ['an invalid method', raw(`P@ST ${PATH} HTTP/1.1`, 'host: gateway', auth)],
    ['an invalid version', raw(`POST ${PATH} HTTP/9.9`, 'host: gateway', auth)],
    ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS ClientHello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ];
  it.each(shapes)('with %s: the gateway sends one error and ignores the rest of the connection', async (_, bytes) => {
    const { statuses, closed } = await exchange((socket) => socket.write(bytes, 'latin1'));
    expect(closed).toBe(true);
    expect(statuses).toHaveLength(1);
    expect(Math.floor(statuses[0]! / 100)).toBe(4);
    expect(gateway.emulator.requests).toHaveLength(0);
  });
});

describe('requests with 110,000 small items', () => {
  const many = (json: string): string => `[${`${json},`.repeat(109_999)}${json}]`;
  const user = (content: string): string => `{"role":"user","content":${content}}`;
  const around = (messages: string, more = ''): string => `{"model":"${MODEL}","messages":${messages}${more}}`;

  let roomy: TestGateway;
  beforeAll(async () => {
    roomy = await startGateway(`server: { bodyLimitBytes: ${HUNDRED_MB} }`);
    roomy.emulator.behave({ kind: 'refuse', name: 'ValidationException', match: 'sonnet' });
  });
  afterAll(() => roomy.close());

  it.each<[string, string, () => string]>([
    ['messages', 'messages', () => around(many(user('"a"')))],
    ['choices', 'n', () => around(`[${user('"a"')}]`, ',"n":1000000')],
    [
      'tools',
      'tools',
      () => around(`[${user('"a"')}]`, `,"tools":${many('{"type":"function","function":{"name":"f"}}')}`),
    ],
  ])('in %s are rejected by field name, and another client is answered meanwhile', async (_, param, body) => {
    const refused = roomy.send(PATH, { body: body() });
    const otherClient = await roomy.send(PATH, { body: REQUEST });
    expect(otherClient.status).toBe(200);
    expect((await refused).status).toBe(400);
    expect(((await (await refused).json()) as { error: { param: string } }).error.param).toContain(param);
  });

  it.each<[string, string, () => string]>([
    ['Anthropic messages', '/v1/messages', () => around(many(user('"a"')), ',"max_tokens":10')],
    [
      'Anthropic tools',
      '/v1/messages',
      () => around(`[${user('"a"')}]`, `,"max_tokens":10,"tools":${many('{"name":"f","input_schema":{}}')}`),
    ],
    ['Responses items', '/v1/responses', () => `{"model":"${MODEL}","input":${many(user('"a"'))}}`],
    [
      'Responses tools',
      '/v1/responses',
      () => `{"model":"${MODEL}","input":"a","tools":${many('{"type":"function","name":"f"}')}}`,
    ],
    ['parts of a message', PATH, () => around(`[${user(many('{"type":"text","text":"a"}'))}]`)],
    ['stop sequences', PATH, () => around(`[${user('"a"')}]`, `,"stop":${many('"a"')}`)],
  ])('in %s are rejected as well', async (_, path, body) => {
    const refused = roomy.send(path, { body: body() });
    expect((await roomy.send(PATH, { body: REQUEST })).status).toBe(200);
    const answer = await refused;
    const { message } = ((await answer.json()) as { error: { message: string } }).error;
    expect([answer.status, message]).toEqual([
      400,
      expect.stringMatching(/at most \d+ (messages|tools|input items|content parts|stop sequences)/),
    ]);
  });

  it('joins the maximum number of consecutive turns of one role in linear time', async () => {
    const body = `{"model":"claude-sonnet-4-6","max_tokens":10,"messages":[${Array(100_000).fill(user('"a"')).join()}]}`;
    const answer = roomy.send('/v1/messages', { body });
    expect((await roomy.send(PATH, { body: REQUEST })).status).toBe(200);
    // The emulator rejects every request to this model, so its error proves that the request was sent.
    expect((await answer).status).toBe(400);
    const { messages } = roomy.emulator.requests.at(-1)!.body as { messages: { content: unknown[] }[] };
    expect(messages.map(({ content }) => content.length)).toEqual([100_000]);
  });
});
