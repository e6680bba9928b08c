import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { selfSigned } from '../../../test/support/certificate.ts';
import { dispatched, type DispatchChange } from '../../../test/support/dispatched.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { OpenConnection, PooledConnection } from './pooled-connection.ts';
import { undiciConnections } from './undici-connection.ts';

/** A request that the server has received and not answered. */
interface Received {
  path: string;
  port: number;
  socket: Socket;
  response: ServerResponse;
}

let server: Server;
let origin: string;
let received: Received[];
let pool: ConnectionPool;
/** Number of connections that the pool has created. */
let opened: number;

const openTo = (to: string): OpenConnection => {
  const open = undiciConnections(to, {
    allowH2: false,
    connect: { timeout: 10_000 },
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
  });
  return (observer) => {
    opened += 1;
    return open(observer);
  };
};

beforeEach(async () => {
  received = [];
  opened = 0;
  server = createServer((request, response) => {
    const { socket, url: path = '' } = request.resume();
    received.push({ path, port: socket.remotePort!, socket, response });
    server.emit('received');
  });
  await listen();
});
afterEach(async () => {
  await pool.destroy();
  server.closeAllConnections();
  server.close();
});

async function listen(port = 0): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const poolOf = (maxConnections: number): ConnectionPool => (pool = new ConnectionPool({ maxConnections, openTo }));
const send = (path: string, change: DispatchChange = {}) => dispatched(pool, origin, { path, ...change });

/** Resolves with a request when the server has received it. */
async function arrival(path: string): Promise<Received> {
  for (;;) {
    const found = received.find((request) => request.path === path);
    if (found) return found;
    await once(server, 'received');
  }
}

/** Sends a request that the server answers at once. Resolves with its client port. */
async function roundTrip(path: string): Promise<number> {
  const { ended } = send(path);
  const { port, response } = await arrival(path);
  response.end();
  expect(await ended).toMatchObject({ status: 200, text: '' });
  await turn();
  return port;
}

/** Sends requests at the same time and answers them in the same order. Resolves with their ports. */
async function fill(...paths: string[]): Promise<number[]> {
  const running = paths.map((path) => send(path));
  const arrived = await Promise.all(paths.map(arrival));
  for (const [index, { response }] of arrived.entries()) {
    response.end();
    await running[index]!.ended;
    await turn();
  }
  return arrived.map(({ port }) => port);
}

/** Resolves when the connection is closed on both sides. */
async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
  await turn();
}

describe('connections to Bedrock', () => {
  it('are reused: the one that was used last comes first', async () => {
    poolOf(8);
    const ports = await fill('/a', '/b', '/c');
    expect(new Set(ports).size).toBe(3);
    expect(await roundTrip('/next')).toBe(ports[2]);
    expect(await roundTrip('/again')).toBe(ports[2]);
    const two = await fill('/d', '/e');
    expect(two).toEqual([ports[2], ports[1]]);
    expect(await roundTrip('/last')).toBe(ports[1]);
    expect(opened).toBe(3);
  });

  it('are at most maxConnections, and further requests wait in their order', async () => {
    poolOf(2);
    const paths = ['/1', '/2', '/3', '/4', '/5'];
    const running = paths.map((path) => send(path));
    await Promise.all(['/1', '/2'].map(arrival));
    await sleep(20);
    expect(received.map(({ path }) => path).toSorted()).toEqual(['/1', '/2']);
    for (const [index, path] of paths.entries()) {
      (await arrival(path)).response.end(path);
      expect(await running[index]!.ended).toMatchObject({ status: 200, text: path });
    }
    expect(received.slice(2).map(({ path }) => path)).toEqual(['/3', '/4', '/5']);
    expect(opened).toBe(2);
  });

  it('belong to one origin each, with a limit for each', async () => {
    poolOf(1);
    const running = [send('/a'), dispatched(pool, origin.replace('127.0.0.1', 'localhost'), { path: '/b' })];
    for (const path of ['/a', '/b']) (await arrival(path)).response.end();
    await Promise.all(running.map(({ ended }) => ended));
    expect(opened).toBe(2);
  });

  it('leave no trace of an origin that cannot be reached', async () => {
    poolOf(2);
    const origins: string[] = [];
    const counted = new ConnectionPool({
      maxConnections: 2,
      openTo(to) {
        origins.push(to);
        return openTo(to);
      },
    });
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const nowhere = `http://127.0.0.1:${(unused.address() as AddressInfo).port}`;
    unused.close();
    await once(unused, 'close');
    for (let call = 0; call < 3; call++) {
      const { error } = await dispatched(counted, nowhere).ended;
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      await turn();
    }
    expect(origins).toEqual([nowhere, nowhere, nowhere]);
    await counted.destroy();
  });
});

describe('a connection that closes', () => {
  it.each([0, 1, 2])('while it is idle leaves the stack, at position %i', async (position) => {
    poolOf(8);
    const ports = await fill('/a', '/b', '/c');
    const { socket } = received[position]!;
    socket.end();
    await closed(socket);
    const left = ports.filter((_port, index) => index !== position).toReversed();
    expect(await fill('/d', '/e')).toEqual(left);
    expect(opened).toBe(3);
    await fill('/f', '/g', '/h');
    expect(opened).toBe(4);
  });

  it('while it is idle is replaced at the limit', async () => {
    poolOf(1);
    const port = await roundTrip('/a');
    received[0]!.socket.destroy();
    await closed(received[0]!.socket);
    expect(await roundTrip('/b')).not.toBe(port);
  });

  it('in the middle of a request fails it alone, and a waiting request gets a new connection', async () => {
    poolOf(1);
    const [first, second] = [send('/a'), send('/b')];
    const { socket, response } = await arrival('/a');
    response.write('begun');
    await first.begun;
    socket.resetAndDestroy();
    expect(await first.ended).toMatchObject({ status: 200, error: { code: 'ECONNRESET' } });
    (await arrival('/b')).response.end('whole');
    expect(await second.ended).toMatchObject({ status: 200, text: 'whole' });
    expect(received).toHaveLength(2);
  });

  it('after each answer, because the server closes it, is replaced each time', async () => {
    poolOf(1);
    const running = ['/a', '/b', '/c'].map((path) => send(path));
    for (const [index, path] of ['/a', '/b', '/c'].entries()) {
      (await arrival(path)).response.writeHead(200, { connection: 'close' }).end(path);
      expect(await running[index]!.ended).toMatchObject({ status: 200, text: path });
    }
    expect(new Set(received.map(({ port }) => port)).size).toBe(3);
  });

  it('before it opened fails each waiting request, and later requests connect again', async () => {
    poolOf(2);
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const results = await Promise.all(['/a', '/b', '/c', '/d', '/e'].map((path) => send(path).ended));
    expect(results.map(({ error }) => error?.code)).toEqual(Array(5).fill('ECONNREFUSED'));
    await listen(port);
    await roundTrip('/f');
  });
});

describe('a request', () => {
  it('that is not valid fails without an effect on the connections', async () => {
    poolOf(1);
    for (let call = 0; call < 3; call++) {
      expect((await send('/not valid').ended).error).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    }
    const first = send('/a');
    const waiting = [send('/not valid'), send('/not valid'), send('/b')];
    (await arrival('/a')).response.end();
    await first.ended;
    (await arrival('/b')).response.end();
    expect(await waiting[2]!.ended).toMatchObject({ status: 200 });
    expect((await waiting[1]!.ended).error).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    expect(opened).toBe(1);
  });

  it('that is canceled when its turn comes is not sent, and the next one is', async () => {
    poolOf(1);
    const [first, canceled, next] = [
      send('/a'),
      send('/b', { onStart: (controller) => controller.abort(new Error('gone')) }),
      send('/c'),
    ];
    (await arrival('/a')).response.end();
    await first.ended;
    expect((await canceled.ended).error).toMatchObject({ message: 'gone' });
    (await arrival('/c')).response.end();
    expect(await next.ended).toMatchObject({ status: 200 });
    expect(received.map(({ path }) => path)).toEqual(['/a', '/c']);
  });

  it('that is aborted in its answer closes its connection and no other', async () => {
    poolOf(2);
    const [aborted, other] = [send('/a'), send('/b')];
    const [a, b] = await Promise.all([arrival('/a'), arrival('/b')]);
    a.response.write('begun');
    (await aborted.begun).abort(new Error('enough'));
    expect((await aborted.ended).error).toMatchObject({ message: 'enough' });
    await closed(a.socket);
    b.response.end('whole');
    expect(await other.ended).toMatchObject({ text: 'whole' });
    await turn();
    expect(await roundTrip('/c')).toBe(b.port);
  });
});

describe('connections over TLS', () => {
  it('share their sessions, and name the server', async () => {
    const certificate = selfSigned('localhost');
    const secure = createSecureServer(certificate, (request, response) => {
      const { servername } = request.socket as TLSSocket;
      response
        .writeHead(200, { connection: 'close' })
        .end(`${servername} ${(request.socket as TLSSocket).isSessionReused()}`);
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const connect = { timeout: 10_000, ca: certificate.cert };
    pool = new ConnectionPool({
      maxConnections: 8,
      openTo: (to) => undiciConnections(to, { allowH2: false, connect }),
    });
    const to = `https://localhost:${(secure.address() as AddressInfo).port}`;
    const texts: string[] = [];
    for (let call = 0; call < 3; call++) texts.push((await dispatched(pool, to).ended).text);
    expect(texts).toEqual(['localhost false', 'localhost true', 'localhost true']);
    secure.close();
  });
});

describe('a destroyed pool', () => {
  it('closes idle and busy connections, and fails running, waiting and later requests', async () => {
    poolOf(2);
    await fill('/idle', '/other');
    const [running, second, waiting] = [send('/a'), send('/b'), send('/c')];
    (await arrival('/a')).response.write('begun');
    await running.begun;
    await pool.destroy();
    const destroyed = { error: { code: 'UND_ERR_DESTROYED' } };
    expect(await running.ended).toMatchObject({ status: 200, ...destroyed });
    expect(await second.ended).toMatchObject(destroyed);
    expect(await waiting.ended).toMatchObject(destroyed);
    expect(await send('/d').ended).toMatchObject(destroyed);
    await Promise.all(received.map(({ socket }) => closed(socket)));
    expect(received.map(({ path }) => path)).not.toContain('/c');
  });
});

describe('with thousands of open streams', () => {
  const STREAMS = 2_000;

  it('a further request uses one connection and reads nothing of the others', async () => {
    let uses = 0;
    pool = new ConnectionPool({
      maxConnections: 8192,
      openTo: (to) => {
        const open = openTo(to);
        return (observer) =>
          new Proxy(open(observer), {
            get(connection, name: keyof PooledConnection) {
              uses += 1;
              return connection[name].bind(connection);
            },
          });
      },
    });
    const streams = Array.from({ length: STREAMS }, (_value, index) => send(`/stream-${index}`));
    while (received.length < STREAMS) await once(server, 'received');
    for (const { response } of received) response.write('begun');
    await Promise.all(streams.map(({ begun }) => begun));
    expect(opened).toBe(STREAMS);
    await roundTrip('/first');
    uses = 0;
    for (let call = 0; call < 10; call++) await roundTrip(`/further-${call}`);
    expect([uses, opened]).toEqual([10, STREAMS + 1]);
  });
});
