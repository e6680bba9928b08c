import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { KEY, NARROW_KEY, OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

const MODEL = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const PATH = '/v1/chat/completions';
const MEBIBYTE = 1024 * 1024;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('server: { bodyLimitBytes: 4194304 }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** A connection that collects its responses. */
class Client {
  text = '';
  closed = false;
  readonly socket: Socket;

  constructor(url: string = gateway.url) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (data) => (this.text += data.toString('latin1'))).on('error', () => undefined);
    this.socket.on('close', () => (this.closed = true));
  }

  write(...parts: (string | Buffer)[]): this {
    for (const part of parts) this.socket.write(part);
    return this;
  }

  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  async answers(count: number): Promise<number[]> {
    await until(() => this.statuses.length >= count || this.closed, `${count} answers; got ${this.text}`);
    return this.statuses;
  }
}

const clients: Client[] = [];
function client(url?: string): Client {
  const one = new Client(url);
  clients.push(one);
  return one;
}
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
});

function head(target: string, ...lines: string[]): string {
  return [target, 'host: gateway', 'content-type: application/json', ...lines, '', ''].join('\r\n');
}
const post = (...lines: string[]): string => head(`POST ${PATH} HTTP/1.1`, ...lines);
const KEYED = `authorization: Bearer ${KEY}`;
const body = (content: object = REQUEST): string => JSON.stringify(content);
const sized = (text: string | Buffer): string => `content-length: ${Buffer.byteLength(text)}`;

describe('the body of a rejected request', () => {
  const refused: [string, number, string][] = [
    ['without a key', 401, post('content-length: 3000000')],
    ['to an unknown path', 404, head('POST /v1/nowhere HTTP/1.1', KEYED, 'content-length: 3000000')],
    ['with a wrong method', 405, head(`PUT ${PATH} HTTP/1.1`, KEYED, 'content-length: 3000000')],
    ['with a body over the limit', 413, post(KEYED, 'content-length: 30000000')],
    [
      'with another content type',
      415,
      post(KEYED, 'content-length: 3000000').replace('application/json', 'text/plain'),
    ],
    ['with an unknown content encoding', 415, post(KEYED, 'content-length: 3000000', 'content-encoding: lzma')],
    ['with an unknown charset', 415, post(KEYED, 'content-length: 30').replace('/json', '/json; charset=utf-16')],
  ];

  it.each(refused)('%s is not awaited: %i', async (_, status, bytes) => {
    const one = client().write(bytes);
    expect(await one.answers(1)).toEqual([status]);
  });

  it.each(refused)('%s does not receive 100 Continue: %i', async (_, status, bytes) => {
    const one = client().write(bytes.replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n'));
    expect(await one.answers(1)).toEqual([status]);
  });

  it('is discarded if it is small, and the connection serves the next request', async () => {
    const first = `${post(sized(body()))}${body()}`;
    const chunked = `${post('transfer-encoding: chunked')}5\r\n{"a":\r\n`;
    const one = client().write(first, `${post(KEYED, sized(body()))}${body()}`);
    expect(await one.answers(2)).toEqual([401, 200]);
    one.write(chunked);
    expect(await one.answers(3)).toEqual([401, 200, 401]);
    one.write(`2\r\n1}\r\n0\r\n\r\n${post(KEYED, sized(body()))}${body()}`);
    expect(await one.answers(4)).toEqual([401, 200, 401, 200]);
    expect(one.closed).toBe(false);
  });

  it('closes the connection if it is large, and the bytes after it are ignored', async () => {
    const one = client().write(post('content-length: 100000'), Buffer.alloc(100_000, ' '));
    one.write(`${post(KEYED, sized(body()))}${body()}`);
    expect(await one.answers(1)).toEqual([401]);
    expect(one.text).toMatch(/connection: close/i);
    await until(() => one.closed, 'the connection to be closed');
    expect(one.statuses).toEqual([401]);
    expect(gateway.emulator.requests).toHaveLength(0);
  });

  it.each([
    ['with a length', 'content-length: 1000000000', Buffer.alloc(256 * 1024, ' ')],
    ['in chunks', 'transfer-encoding: chunked', Buffer.from(`40000\r\n${' '.repeat(256 * 1024)}\r\n`)],
  ])('is cut off if it does not end %s', async (_, header, piece) => {
    const one = client().write(post(header));
    const { socket } = one;
    let sent = 0;
    for (; sent < 200 && !one.closed; sent++) {
      if (!socket.write(piece))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    }
    expect(one.statuses).toEqual([401]);
    expect(one.closed).toBe(true);
    expect(socket.bytesWritten).toBeLessThan(40 * MEBIBYTE);
  });

  it('is awaited for one second if it does not arrive', async () => {
    const one = client().write(post('content-length: 100'), '{');
    expect(await one.answers(1)).toEqual([401]);
    await until(() => one.closed, 'the connection to be closed');
  });

  it.each(['/health/live', '/v1/models', '/docs'])('of a GET of %s is not read either', async (path) => {
    const one = client().write(head(`GET ${path} HTTP/1.1`, KEYED, 'content-length: 100000'));
    expect(await one.answers(1)).toEqual([200]);
    await until(() => one.closed, 'the connection to be closed');
  });
});

describe('100 Continue', () => {
  it('is sent when the gateway is about to read the body', async () => {
    const one = client().write(post(KEYED, sized(body()), 'expect: 100-continue'));
    expect(await one.answers(1)).toEqual([100]);
    one.write(body());
    expect(await one.answers(2)).toEqual([100, 200]);
  });

  it('is not sent to a client that does not wait, and other expectations are ignored', async () => {
    const one = client().write(`${post(KEYED, sized(body()), 'expect: 100-continue')}${body()}`);
    expect(await one.answers(1)).toEqual([200]);
    const two = client().write(`${post(KEYED, sized(body()), 'expect: something')}${body()}`);
    expect(await two.answers(1)).toEqual([200]);
  });
});

describe('a request body', () => {
  it.each([
    ['in one segment with its headers', 0],
    ['in a segment after its headers', 30],
  ])('is read %s, on reused connections', async (_, pauseMs) => {
    const one = client();
    for (let round = 1; round <= 3; round++) {
      one.write(post(KEYED, sized(body())));
      if (pauseMs > 0) await sleep(pauseMs);
      one.write(body());
      expect(await one.answers(round)).toEqual(Array(round).fill(200));
    }
  });

  it.each(['0', '00', '000'])(
    'without bytes is rejected, and the connection serves the next request: %s',
    async (length) => {
      const one = client().write(post(KEYED, `content-length: ${length}`), head('GET /health/live HTTP/1.1'));
      expect(await one.answers(2)).toEqual([400, 200]);
    },
  );

  it('may arrive in pipelined requests', async () => {
    const one = client().write(`${post(KEYED, sized(body()))}${body()}`.repeat(3));
    expect(await one.answers(3)).toEqual([200, 200, 200]);
  });

  it('may arrive in chunks of one byte', async () => {
    const text = body({ ...REQUEST, user: 'é'.repeat(20_000) });
    const chunks = Array.from(Buffer.from(text), (byte) => Buffer.from([0x31, 13, 10, byte, 13, 10]));
    const one = client().write(post(KEYED, 'transfer-encoding: chunked'), Buffer.concat(chunks), '0\r\n\r\n');
    expect(await one.answers(1)).toEqual([200]);
  });

  it('is rejected in a hundred thousand chunks of one byte', async () => {
    const chunks = Buffer.from(`1\r\n \r\n`.repeat(100_000));
    const one = client().write(post(KEYED, 'transfer-encoding: chunked'), chunks);
    expect(await one.answers(1)).toEqual([400]);
    expect(one.text).toContain('body_chunks_too_small');
    await until(() => one.closed, 'the connection to be closed');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('may be compressed with %s, also on Bedrock’s own API', async (coding, compress) => {
    const send = (path: string, content: object): Promise<Response> =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'content-encoding': coding },
        body: new Uint8Array(compress(Buffer.from(body(content)))),
      });
    expect((await send(PATH, REQUEST)).status).toBe(200);
    const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
    expect((await send(`/model/${MODEL}/converse`, { messages })).status).toBe(200);
  });

  it('is rejected at the limit if its compressed data never ends and has no content', async () => {
    const empty = gzipSync('');
    const one = client().write(post(KEYED, 'transfer-encoding: chunked', 'content-encoding: gzip'));
    const piece = Buffer.concat(Array<Buffer>(10_000).fill(empty));
    const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
    for (let sent = 0; sent < 100 && one.statuses.length === 0; sent++) {
      // The gateway closes the connection after its response, which fails a pending write.
      const drained = once(one.socket, 'drain').catch(() => undefined);
      if (!one.socket.write(chunk)) await Promise.race([drained, sleep(1000)]);
    }
    expect(await one.answers(1)).toEqual([413]);
  });

  it('that arrives too slowly is rejected with 408, and its slot is released', async () => {
    const one = client().write(post(KEYED, 'content-length: 1000'), '{');
    await until(() => one.statuses.length > 0, 'an answer');
    expect(one.statuses).toEqual([408]);
    expect(one.text).toContain('request_timeout');
    await until(() => one.closed, 'the connection to be closed');
    expect(await metric('outcrop_uploads')).toBe(0);
    expect(await metric('outcrop_request_body_memory_bytes')).toBe(0);
  }, 20_000);

  it('that has arrived is not rejected as slow while its decompression is queued', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-bodies-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    // Each occupies one of libuv's four threads, without CPU time, until a writer opens the pipe.
    const readers = Array.from({ length: 4 }, () => readFile(pipe));
    const bytes = gzipSync(body());
    const one = client().write(post(KEYED, sized(bytes), 'content-encoding: gzip'), bytes);
    await sleep(8_000);
    expect(one.statuses).toEqual([]);
    const writer = openSync(pipe, constants.O_RDWR);
    closeSync(writer);
    expect(await one.answers(1)).toEqual([200]);
    await Promise.all(readers);
    rmSync(folder, { recursive: true });
  }, 20_000);

  it('whose client disconnects holds no memory and no slot', async () => {
    const one = client().write(post(KEYED, 'content-length: 1000'), '{');
    await untilMetric('outcrop_uploads', 1);
    expect(await metric('outcrop_request_body_memory_bytes')).toBe(1000);
    one.socket.destroy();
    await untilMetric('outcrop_uploads', 0);
    expect(await metric('outcrop_request_body_memory_bytes')).toBe(0);
  });
});

async function metric(name: string, from: TestGateway = gateway): Promise<number> {
  const line = (await (await from.send('/metrics')).text()).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

async function untilMetric(name: string, value: number, from: TestGateway = gateway): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await metric(name, from)) === value) return;
    await sleep(10);
  }
  throw new Error(`${name} is ${await metric(name, from)}, not ${value}`);
}

describe('the structure of a JSON body', () => {
  const lists = (count: number): string => `[${'[],'.repeat(count)}1]`;
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const paths = [PATH, '/v1/messages', '/v1/responses', '/v1/completions', '/v1/embeddings', '/v1/moderations'];
  const shapes: [string, string, () => string][] = [
    ['deep and small', 'json_too_deep', () => `{"a":${deep(300)}}`],
    ['deep and large', 'json_too_deep', () => `{"a":${deep(200_000)}}`],
    ['wide', 'json_too_many_values', () => `{"a":${lists(300_000)}}`],
    ['wide within a string', 'json_too_many_values', () => `{"a":${JSON.stringify(lists(300_000))}}`],
  ];
  it.each(shapes.flatMap(([what, code, make]) => paths.map((path) => [what, path, code, make] as const)))(
    'that is %s is rejected on %s: %s',
    async (_, path, code, make) => {
      const response = await gateway.send(path, { body: make() });
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { code?: string; message: string } };
      if (path === '/v1/messages') expect(error.message).toMatch(/at most (200|500000) /);
      else expect(error.code).toBe(code);
    },
  );

  it.each(shapes)('that is %s is rejected on Bedrock’s own API', async (_, _code, make) => {
    const response = await gateway.send(`/model/${MODEL}/converse`, { body: make() });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string }).message).toMatch(/at most (200|500000) /);
  });
});

describe('the memory for request bodies', () => {
  it('is shared between keys: a key that holds its share waits, then gets 429, and the replica stays ready', async () => {
    const small = await startGateway(
      'overload: { maxTotalBodyBytes: 40000, maxTotalBodyBytesPerKey: 20000, queueTimeoutMs: 50 }\nserver: { bodyLimitBytes: 20000 }',
    );
    const large = { ...REQUEST, user: 'x'.repeat(15_000) };
    small.emulator.behave({ kind: 'stall', times: 1 });
    const leave = new AbortController();
    const held = fetch(small.url + PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: body(large),
      signal: leave.signal,
    }).catch(() => 'gone');
    await until(() => small.emulator.requests.length === 1, 'the body to be held');
    const refused = await small.send(PATH, { body: large });
    expect(refused.status).toBe(429);
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe('concurrency_limit_exceeded');
    for (const key of [OTHER_KEY, NARROW_KEY]) {
      const response = await small.send(PATH, { body: large, headers: { authorization: `Bearer ${key}` } });
      expect(response.status).toBe(200);
    }
    await sleep(700);
    expect((await small.send('/health/ready')).status).toBe(200);
    leave.abort();
    await held;
    expect((await small.send(PATH, { body: large })).status).toBe(200);
    await small.close();
  });

  it('is awaited, and the request is answered when it becomes free', async () => {
    const small = await startGateway('overload: { maxTotalBodyBytes: 20000, queueTimeoutMs: 60000 }');
    const large = { ...REQUEST, user: 'x'.repeat(15_000) };
    small.emulator.behave({ kind: 'slow', ms: 200 });
    const answers = await Promise.all(Array.from({ length: 4 }, () => small.send(PATH, { body: large })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await metric('outcrop_queued_uploads', small)).toBe(0);
    await small.close();
  });

  it.each([
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)(
    'rejects a body that can never fit beside its decompressor as too large: %s',
    async (coding, compress) => {
      const small = await startGateway(`overload: { maxTotalBodyBytesPerKey: ${20 * MEBIBYTE} }`);
      const ask = (bytes: number): Promise<Response> =>
        fetch(small.url + PATH, {
          method: 'POST',
          headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'content-encoding': coding },
          body: new Uint8Array(compress(Buffer.from(body({ ...REQUEST, user: 'x'.repeat(bytes) })))),
        });
      expect((await ask(15 * MEBIBYTE)).status).toBe(413);
      expect((await ask(MEBIBYTE)).status).toBe(200);
      await small.close();
    },
  );

  it('is not used by clients without a valid key, whatever their body is', async () => {
    const clientsWithoutKey = Array.from({ length: 20 }, () =>
      client().write(post('content-length: 60000'), Buffer.alloc(50_000)),
    );
    for (const connection of clientsWithoutKey) expect(await connection.answers(1)).toEqual([401]);
    expect(await metric('outcrop_request_body_memory_bytes')).toBe(0);
    await sleep(600);
    expect((await gateway.send('/health/ready')).status).toBe(200);
  });
});
