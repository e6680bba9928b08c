import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Request } from 'express';
import { ConnectionsService } from '../../../src/http/connections/connections.service.ts';
import { DrainService } from '../../../src/http/drain/drain.service.ts';
import { ManagementServer } from '../../../src/http/server/management.server.ts';
import { MetricsService } from '../../../src/telemetry/metrics/metrics.service.ts';
import { KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

const TLS = 'tls: { certFile: test/fixtures/tls/test-1.crt, keyFile: test/fixtures/tls/test-1.key }';
const CHAT = JSON.stringify({ model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] });
/** The beginning of a TLS record whose ClientHello is longer than the bytes that follow. */
const HALF_CLIENT_HELLO = Buffer.from('1603010200010001fc0303', 'hex');

let gateway: TestGateway;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await gateway.close();
});

const start = async (server: string, more = ''): Promise<void> => {
  gateway = await startGateway(`server: { ${server} }\n${more}`);
};
const port = (): number => Number(new URL(gateway.url).port);

/** Opens a connection that its client never closes: it ignores the end and reads only on request. */
async function opened(to = port(), from?: string): Promise<Socket> {
  const socket = connect({ port: to, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
  sockets.push(socket.on('error', () => undefined));
  // The gateway may reset a connection beyond a limit before its client sees it open.
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

async function openedTls(): Promise<Socket> {
  const below = await opened();
  const socket = connectTls({ socket: below, rejectUnauthorized: false, allowHalfOpen: true } as never);
  sockets.push(socket.on('error', () => undefined));
  await once(socket, 'secureConnect');
  return socket;
}

/** Returns the beginning of a request with a chunked body. */
function chunked(path: string, ...lines: string[]): string {
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'x-request-id: the-id', 'content-type: application/json', ...lines];
  return [...head, 'transfer-encoding: chunked', '', '5\r\n{"a":\r\n'].join('\r\n');
}

/** Returns all that the gateway sends on a connection until a complete JSON object ends it. */
async function answerOn(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1')));
  await until(() => answer.endsWith('}'), 'an answer');
  return answer;
}

function openConnections(): Promise<number> {
  const server: Server = gateway.app.getHttpServer();
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}

/**
 * Waits until the gateway holds this many connections. A rejected one may stay for a second, or more on a busy machine.
 */
async function untilOpen(count: number): Promise<void> {
  const end = performance.now() + 5_000;
  while ((await openConnections()) !== count) {
    if (performance.now() > end) throw new Error(`${await openConnections()} connections are open, not ${count}`);
    await sleep(20);
  }
}

const post = (body: string, headers = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\n${headers}` +
  `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe.each([
  ['HTTP', '', opened],
  ['HTTPS', TLS, openedTls],
] as const)('a connection that is rejected over %s', (_, settings, open) => {
  beforeEach(() => start(settings));

  it.each([
    ['garbage', '\0\x01\x02 no HTTP at all\r\n\r\n', 400],
    ['endless garbage', 'GET / HTTP/9.9\r\n'.repeat(20_000), 400],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['headers of 1 MB', `GET / HTTP/1.1\r\nhost: x\r\n${`x-flood: ${'a'.repeat(1_000)}\r\n`.repeat(1_000)}`, 431],
  ])('is answered and destroyed although its client keeps it open: %s', async (_what, text, status) => {
    const socket = await open();
    const answer = answerOn(socket);
    socket.write(text);
    expect(await answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*connection: close`));
    await untilOpen(0);
  });

  it.each(['GET / HTTP/1.1\r\nhost: x\r\n', 'G'])('is answered and destroyed if it is slow: %j', async (text) => {
    await gateway.close();
    await start(['headersTimeoutMs: 500', settings].filter(Boolean).join(', '));
    const socket = await open();
    const answer = answerOn(socket);
    socket.write(text);
    expect(await answer).toMatch(/^HTTP\/1.1 408 [\s\S]*connection: close/);
    await untilOpen(0);
  });

  it('is destroyed although its client never reads the response', async () => {
    const socket = await open();
    socket.pause();
    socket.write('no HTTP\r\n\r\n');
    await sleep(100);
    await untilOpen(0);
  });

  it('is destroyed after an oversized body', async () => {
    const socket = await open();
    const answer = answerOn(socket);
    socket.write(post('').replace('content-length: 0', 'content-length: 99999999') + ' '.repeat(100_000));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    await untilOpen(0);
  });

  it('receives its first response without a second one inside it', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 100 });
    gateway.emulator.script([{ text: 'one two three four five six' }]);
    const socket = await open();
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.write(post(CHAT.replace('{', '{"stream":true,')));
    await until(() => answer.includes('one'), 'the beginning of the stream');
    socket.write('no HTTP\r\n\r\n');
    await untilOpen(0);
    expect(answer).not.toContain('malformed_request');
  });

  it.each([
    ['/v1/messages', 400, /"type":"error","error":\{"type":"invalid_request_error".*"request_id":"the-id"\}$/],
    ['/v1/responses?a=/model/b', 400, /"code":"malformed_request"\}\}$/],
    [
      '/model/claude-haiku-4-5/converse',
      400,
      /x-amzn-errortype: ValidationException[\s\S]*\{"message":"The request is not/,
    ],
  ])('is answered in the format of %s if its body is malformed: %i', async (path, status, form) => {
    const socket = await open();
    const answer = answerOn(socket);
    socket.write(chunked(path, `authorization: Bearer ${KEY}`));
    await sleep(50);
    socket.write('no size of a chunk\r\n');
    expect(await answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*x-request-id: the-id\r\n`));
    expect(await answer).toMatch(form);
    await untilOpen(0);
  });

  it('receives no second response for the rest of a rejected body', async () => {
    const socket = await open();
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.write(chunked('/v1/messages'));
    await until(() => answer.endsWith('}'), 'the refusal');
    socket.write('no size of a chunk\r\n');
    await untilOpen(0);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 401']);
  });

  it.each(['CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n'])('is closed: %s', async (text) => {
    const socket = await open();
    socket.resume().write(text);
    await untilOpen(0);
  });

  it('stays open for a request with an Upgrade header, which is ignored', async () => {
    const socket = await open();
    const answer = answerOn(socket);
    socket.write('GET /v1/models HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe.each([
  ['HTTP', '', opened],
  ['HTTPS', TLS, openedTls],
] as const)('pipelined requests over %s', (_, settings, open) => {
  const request = 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n';
  beforeEach(() => start(settings));

  it('are answered a few at a time, repeatedly', async () => {
    const socket = await open();
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    for (let round = 1; round <= 3; round += 1) {
      socket.write(request.repeat(16));
      await until(() => answer.split('HTTP/1.1 401 ').length - 1 === round * 16, `the answers of round ${round}`);
    }
  });

  it('close their connection if there are too many, and are not processed', async () => {
    const socket = await open();
    socket.pause().write(request.repeat(1_000));
    await untilOpen(0);
    const counts = [...(await metricsOf()).matchAll(/^outcrop_requests_total\{.*\} (\d+)$/gm)];
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBeLessThan(50);
    expect(await metricsOf()).toContain('outcrop_rejected_connections_total{reason="pipelining"} 1');
  });
});

describe('an incomplete TLS handshake', () => {
  beforeEach(() => start(`headersTimeoutMs: 500, ${TLS}`, 'shutdown: { drainDelaySeconds: 0, graceSeconds: 1 }'));

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a ClientHello', HALF_CLIENT_HELLO],
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
  ])('ends at its time limit: %s', async (_, bytes) => {
    const socket = await opened();
    socket.resume().write(bytes);
    await sleep(200);
    await untilOpen(0);
  });

  it('ends at its time limit although a byte arrives now and then', async () => {
    const socket = await opened();
    socket.resume().write(HALF_CLIENT_HELLO);
    const timer = setInterval(() => socket.write('\0'), 100);
    await sleep(200);
    await untilOpen(0);
    clearInterval(timer);
  });
});

describe('the shutdown of the process', () => {
  it.each([
    ['HTTP', ''],
    ['HTTPS', TLS],
  ])('does not wait for connections that clients without a key hold open over %s', async (_, tls) => {
    await start(tls, 'shutdown: { drainDelaySeconds: 0, graceSeconds: 1 }\nmanagement: { port: 0, host: 127.0.0.1 }');
    const management = gateway.app.get(ManagementServer).port!;
    for (const to of [port(), management]) {
      await opened(to);
      (await opened(to)).write(HALF_CLIENT_HELLO);
      (await opened(to)).write('GET / HTTP/1.1\r\nhost:');
      (await opened(to)).end();
    }
    if (tls !== '') (await openedTls()).write(post(CHAT).slice(0, -5));
    await gateway.app.get(DrainService).drain('SIGTERM');
    await gateway.app.close();
    expect(await openConnections()).toBe(0);
  });
});

describe('the connection limit per address', () => {
  const settings = 'maxConnections: 20, maxConnectionsPerAddress: 3';

  /** Opens connections one by one. Resolves with the number of those that stay open. */
  async function stay(count: number, from?: string): Promise<number> {
    const before = await openConnections();
    for (let index = 0; index < count; index += 1) await opened(port(), from);
    await sleep(100);
    return (await openConnections()) - before;
  }

  it.each([
    ['HTTP', settings],
    ['HTTPS', `${settings}, ${TLS}`],
  ])('limits connections without a valid key over %s', async (_, server) => {
    await start(server);
    expect(await stay(6)).toBe(3);
    expect(await stay(6, '127.0.0.2')).toBe(3);
    for (const socket of sockets) socket.destroy();
    await untilOpen(0);
    expect(await stay(6)).toBe(3);
    const metrics = await metricsOf();
    expect(metrics).toContain('outcrop_rejected_connections_total{reason="address_share"} 9');
  });

  it.each([
    ['HTTP', settings, opened],
    ['HTTPS', `${settings}, ${TLS}`, openedTls],
  ] as const)('does not count connections that have presented a valid key, over %s', async (_, server, open) => {
    await start(server);
    for (let index = 0; index < 6; index += 1) {
      const socket = await open();
      const answer = answerOn(socket);
      socket.write(post(CHAT));
      expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(await metricsOf()).toContain('outcrop_client_connections{key="valid"} 6');
    expect(await stay(6)).toBe(3);
  });

  it('counts connections that have presented only invalid keys', async () => {
    await start(settings);
    for (let index = 0; index < 3; index += 1) {
      const socket = await opened();
      const answer = answerOn(socket);
      socket.write(post('{}').replace(KEY, 'sk-wrong'));
      expect(await answer).toMatch(/^HTTP\/1\.1 401 /);
    }
    expect(await stay(2)).toBe(0);
  });

  it('applies to every address except the proxies of server.trustProxy', async () => {
    await start(`${settings}, trustProxy: [127.0.0.3]`);
    expect(await stay(6, '127.0.0.3')).toBe(6);
    expect(await stay(6, '127.0.0.4')).toBe(3);
  });

  it('applies to every address if trustProxy is a number of hops', async () => {
    await start(`${settings}, trustProxy: 1`);
    expect(await stay(6)).toBe(3);
  });

  it('keeps the management port reachable for other addresses', async () => {
    await start('', 'management: { port: 0, host: 127.0.0.1 }');
    const management = gateway.app.get(ManagementServer).port!;
    for (let index = 0; index < 60; index += 1) await opened(management, '127.0.0.2');
    await sleep(100);
    expect(gateway.app.get(ConnectionsService).management.size).toBe(32);
    expect((await fetch(`http://127.0.0.1:${management}/health/live`)).status).toBe(200);
  });
});

describe('server.maxConnections', () => {
  it.each([
    ['HTTP', 'maxConnections: 4', opened],
    ['HTTPS', `maxConnections: 4, ${TLS}`, openedTls],
  ] as const)('closes the oldest connection without a key to accept a new one, over %s', async (_, server, open) => {
    await start(server);
    const known = await open();
    const first = answerOn(known);
    known.write(post(CHAT));
    await first;
    const withoutKey: Socket[] = [];
    for (let index = 0; index < 8; index += 1) withoutKey.push(await opened(port(), `127.0.0.${index + 2}`));
    await until(() => withoutKey.filter(({ destroyed }) => destroyed).length === 5, 'five to be displaced');
    expect(withoutKey.map(({ destroyed }) => destroyed)).toEqual([...Array(5).fill(true), ...Array(3).fill(false)]);
    expect(await openConnections()).toBe(4);
    const newcomer = await open();
    for (const socket of [known, newcomer]) {
      const answer = answerOn(socket.removeAllListeners('data'));
      socket.write(post(CHAT));
      expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(await metricsOf()).toContain('outcrop_rejected_connections_total{reason="displaced"} 6');
  });

  it('closes idle connections to accept new ones', async () => {
    await start('maxConnections: 3');
    for (let index = 0; index < 3; index += 1) {
      const socket = await opened();
      const answer = answerOn(socket);
      socket.write(post(CHAT));
      await answer;
    }
    await opened();
    await untilOpen(0);
    expect((await gateway.send('/v1/models')).status).toBe(200);
  });
});

describe('the client address', () => {
  const FORGED = '203.0.113.9, 198.51.100.7';

  /** Returns the client address that the gateway logs for a request from 127.0.0.1. */
  async function addressOf(forwardedFor: string): Promise<string | undefined> {
    const server: Server = gateway.app.getHttpServer();
    const request = once(server, 'request') as Promise<[Request]>;
    await gateway.send('/v1/models', { headers: { 'x-forwarded-for': forwardedFor } });
    return (await request)[0].ip;
  }

  it.each([
    ['no proxy is trusted', '', '127.0.0.1'],
    ['another address is trusted', 'trustProxy: [10.0.0.0/8]', '127.0.0.1'],
    ['no hop is trusted', 'trustProxy: 0', '127.0.0.1'],
    ['the peer is trusted', 'trustProxy: [127.0.0.1]', '198.51.100.7'],
    ['its range is trusted', 'trustProxy: [loopback]', '198.51.100.7'],
    ['two proxies are trusted', 'trustProxy: [loopback, 198.51.100.0/24]', '203.0.113.9'],
    ['one hop is trusted', 'trustProxy: 1', '198.51.100.7'],
    ['two hops are trusted', 'trustProxy: 2', '203.0.113.9'],
  ])('where %s', async (_, settings, address) => {
    await start(settings);
    expect(await addressOf(FORGED)).toBe(address);
  });
});

function metricsOf(): Promise<string> {
  return gateway.app.get(MetricsService).registry.metrics();
}
