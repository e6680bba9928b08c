import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, AttackTarget } from '../attack.ts';
import { connections, destroyed, firstBytes, openSocketsOf, secured, untilAtMost } from '../sockets.ts';

const CONNECTIONS = 100;
/** Connection limits that the chart's 1 GiB of memory allows, without TLS and with TLS. */
const MOST_PLAIN = 8_192;
const MOST_SECURED = 2_340;
/** Time for which a rejected connection may stay open, with a margin for a busy machine. */
const FREED_MS = 4_000;
/** The second key may open or close a connection to the gateway and one to Bedrock meanwhile. */
const OWN_SOCKETS = 8;
/** A TLS record that announces a ClientHello of 508 bytes and ends in its middle. */
const HALF_CLIENT_HELLO = Buffer.from('1603010200010001fc0303', 'hex');

const HEADERS_OF_1_MB = `GET / HTTP/1.1\r\nhost: x\r\n${`x-flood: ${'a'.repeat(1_000)}\r\n`.repeat(1_000)}\r\n`;
const HALF_BODY = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n${'['.repeat(1_000_000)}`;

interface Refused {
  name: string;
  bytes: string;
  status: number;
  limit: string;
  settings?: Attack['settings'];
  /** Time from the last byte to the end of the connection. */
  withinMs?: number;
}

const REFUSED: readonly Refused[] = [
  { name: '1 MB of headers', bytes: HEADERS_OF_1_MB, status: 431, limit: 'request headers: 16 KiB' },
  { name: 'garbage', bytes: '\0 no HTTP\r\n\r\n'.repeat(10_000), status: 400, limit: 'malformed HTTP' },
  { name: 'the HTTP/2 preface', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400, limit: 'malformed HTTP' },
  {
    name: 'unfinished headers',
    bytes: 'GET / HTTP/1.1\r\nhost: x\r\nx-slow:',
    status: 408,
    limit: 'server.headersTimeoutMs',
    settings: { server: { headersTimeoutMs: 2_000 } },
    withinMs: 5_000,
  },
];

/** Sends invalid bytes on connections that their client keeps open, and waits until all are closed. */
function refused({ name, bytes, status, limit, settings, withinMs = 0 }: Refused, tls?: true): Attack {
  return {
    name: `${name} on ${CONNECTIONS} connections that stay open${tls ? ', with TLS' : ''}`,
    limit,
    settings,
    tls,
    // With TLS, one of the cases is enough, because all close in the same way.
    short: tls && status !== 431 ? undefined : true,
    maxCpuSeconds: 3,
    async run({ port, gateway }) {
      const before = openSocketsOf(gateway.pid);
      const raw = await connections(port, CONNECTIONS);
      const sockets = tls ? await secured(raw) : raw;
      const answers = sockets.map((socket) => firstBytes(socket));
      for (const socket of sockets) socket.write(bytes, 'latin1');
      const heads = (await Promise.all(answers)).map((answer) => answer.slice(0, 'HTTP/1.1 400'.length));
      const wrong = heads.filter((head) => head !== `HTTP/1.1 ${status}`);
      const left = await untilAtMost(gateway.pid, before + OWN_SOCKETS, FREED_MS + withinMs);
      destroyed(raw);
      return [...(wrong.length > 0 ? [`${wrong.length} clients received no ${status}: ${wrong[0]}`] : []), ...left];
    },
  };
}

const handshakes: Attack = {
  name: '300 incomplete TLS handshakes',
  limit: 'TLS handshake: 10 s',
  tls: true,
  short: true,
  maxCpuSeconds: 5,
  async run({ port, gateway }) {
    const before = openSocketsOf(gateway.pid);
    const sockets = await connections(port, 300);
    for (const [index, socket] of sockets.entries()) if (index % 2 === 0) socket.write(HALF_CLIENT_HELLO);
    const dripping = setInterval(() => sockets.slice(0, 50).forEach((socket) => socket.write('\0')), 1_000);
    const left = await untilAtMost(gateway.pid, before + OWN_SOCKETS, 10_000 + FREED_MS);
    clearInterval(dripping);
    destroyed(sockets);
    return left;
  },
};

const slowHeaders: Attack = {
  name: 'headers at one byte per second on 100 connections',
  limit: 'server.headersTimeoutMs',
  settings: { server: { headersTimeoutMs: 3_000 } },
  maxCpuSeconds: 3,
  async run({ port, gateway }) {
    const before = openSocketsOf(gateway.pid);
    const sockets = await connections(port, CONNECTIONS);
    const dripping = setInterval(() => sockets.forEach((socket) => socket.write('G')), 1_000);
    // Node checks for slow clients at the interval of the shortest limit.
    const left = await untilAtMost(gateway.pid, before + OWN_SOCKETS, 6_000 + FREED_MS);
    clearInterval(dripping);
    destroyed(sockets);
    return left;
  },
};

const halfBodies: Attack = {
  name: 'half a body of 2 MB without a key on 100 connections that stay open',
  limit: 'server.requestTimeoutMs',
  settings: { server: { headersTimeoutMs: 3_000, requestTimeoutMs: 3_000 } },
  short: true,
  maxCpuSeconds: 5,
  async run({ port, gateway }) {
    const before = openSocketsOf(gateway.pid);
    const sockets = await connections(port, CONNECTIONS);
    for (const socket of sockets) socket.write(HALF_BODY);
    const left = await untilAtMost(gateway.pid, before + OWN_SOCKETS, 6_000 + FREED_MS);
    destroyed(sockets);
    return left;
  },
};

const unreadAnswers: Attack = {
  name: '1,000 pipelined requests on each of 100 connections that never read',
  limit: 'pipelined requests: 16',
  short: true,
  maxCpuSeconds: 5,
  async run({ port }) {
    const sockets = await connections(port, CONNECTIONS);
    for (const socket of sockets) {
      socket.pause();
      socket.write('GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_000));
    }
    await sleep(5_000);
    destroyed(sockets);
    return [];
  },
};

/** Opens more connections from one address than its share, and keeps them open. */
function oneAddress(tls?: true): Attack {
  return {
    name: `2,000 connections from one address${tls ? ', with TLS' : ''}`,
    limit: 'server.maxConnectionsPerAddress',
    tls,
    short: tls ? undefined : true,
    maxCpuSeconds: tls ? 15 : 5,
    async run({ port, gateway }) {
      const before = openSocketsOf(gateway.pid);
      const sockets: Socket[] = [];
      for (let round = 0; round < 20; round += 1) sockets.push(...(await connections(port, 100, '127.0.0.2')));
      if (tls) await secured(sockets.filter((socket) => !socket.destroyed));
      const held = openSocketsOf(gateway.pid) - before;
      await sleep(1_000);
      destroyed(sockets);
      return held > MOST_PLAIN / 16 + OWN_SOCKETS ? [`one address holds ${held} connections`] : [];
    },
  };
}

const manyAddresses: Attack = {
  name: '10,000 connections from 50 addresses',
  limit: 'server.maxConnections',
  maxCpuSeconds: 20,
  run: async (target) => {
    const sockets: Socket[] = [];
    for (let address = 2; address < 52; address += 1) {
      sockets.push(...(await connections(target.port, 200, `127.0.1.${address}`)));
    }
    const held = openSocketsOf(target.gateway.pid);
    await sleep(2_000);
    destroyed(sockets);
    return held > MOST_PLAIN + CONNECTIONS ? [`${held} connections are held`] : [];
  },
};

const manySecured: Attack = {
  name: '5,000 connections from 50 addresses, with TLS',
  limit: 'server.maxConnections',
  tls: true,
  run: async ({ port, gateway }) => {
    const sockets: Socket[] = [];
    for (let address = 2; address < 52; address += 1) {
      for (let part = 0; part < 2; part += 1) {
        const raw = await connections(port, 50, `127.0.1.${address}`);
        sockets.push(...raw, ...(await secured(raw.filter((socket) => !socket.destroyed))));
      }
    }
    const held = openSocketsOf(gateway.pid);
    await sleep(2_000);
    destroyed(sockets);
    return held > MOST_SECURED + CONNECTIONS ? [`${held} connections are held`] : [];
  },
};

/** Opens idle, half-sent and unread connections on both ports, for the time of the shutdown. */
async function holdEverything({ port, managementPort, origin }: AttackTarget): Promise<Socket[]> {
  const held: Socket[] = [];
  for (const to of [port, managementPort]) {
    const sockets = await connections(to, 20);
    for (const [index, socket] of sockets.entries()) {
      if (index % 4 === 0) socket.write(HALF_CLIENT_HELLO);
      if (index % 4 === 1) socket.write('GET / HTTP/1.1\r\nhost:');
      if (index % 4 === 2) socket.end();
    }
    held.push(...sockets);
  }
  const raw = await connections(port, 30);
  const open = origin.startsWith('https:') ? await secured(raw) : raw;
  for (const [index, socket] of open.entries()) {
    if (index % 3 === 0) socket.write(HALF_BODY.slice(0, 1_000));
    if (index % 3 === 1) socket.pause().write('GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(500));
    if (index % 3 === 2) socket.write(HEADERS_OF_1_MB);
  }
  return [...held, ...raw];
}

function sigterm(tls?: true): Attack {
  return {
    name: `SIGTERM while clients without a key hold connections${tls ? ', with TLS' : ''}`,
    limit: 'shutdown.graceSeconds',
    settings: { shutdown: { drainDelaySeconds: 1, graceSeconds: 2 } },
    tls,
    short: true,
    async run(target) {
      const held = await holdEverything(target);
      const { seconds, code } = await target.terminate();
      destroyed(held);
      // Delay, grace period, 2 s for last responses, and a margin for a busy machine.
      return code === 0 && seconds < 1 + 2 + 2 + 2 ? [] : [`exited with ${code} after ${seconds.toFixed(1)} s`];
    },
  };
}

export const attacks: readonly Attack[] = [
  ...REFUSED.map((one) => refused(one)),
  ...REFUSED.filter(({ status }) => status !== 408).map((one) => refused(one, true)),
  slowHeaders,
  halfBodies,
  handshakes,
  unreadAnswers,
  oneAddress(),
  oneAddress(true),
  manyAddresses,
  manySecured,
  sigterm(),
  sigterm(true),
];
