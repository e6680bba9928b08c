import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from '../attack.ts';

const CONNECTIONS = 50;

/** Opens connections and resolves when all of them are established. */
async function opened(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  return sockets;
}

export const attacks: readonly Attack[] = [
  {
    name: '1 MB of headers on each of 50 connections',
    limit: 'request headers: 16 KiB',
    short: true,
    maxCpuSeconds: 3,
    async run({ port }) {
      const sockets = await opened(port, CONNECTIONS);
      const answers = await Promise.all(
        sockets.map(async (socket) => {
          let answer = '';
          socket.on('data', (data) => (answer += data.toString('latin1')));
          socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${`x-flood: ${'a'.repeat(1_000)}\r\n`.repeat(1_000)}\r\n`);
          await sleep(2_000);
          socket.destroy();
          return answer.slice(0, 'HTTP/1.1 431'.length);
        }),
      );
      return answers.every((answer) => answer === 'HTTP/1.1 431') ? [] : [`not all got 431: ${answers[0]}`];
    },
  },
  {
    name: 'headers of one byte a second on 50 connections',
    limit: 'server.headersTimeoutMs',
    settings: { server: { headersTimeoutMs: 3_000 } },
    short: true,
    maxCpuSeconds: 3,
    async run({ port }) {
      const sockets = await opened(port, CONNECTIONS);
      for (let second = 0; second < 5; second += 1) {
        for (const socket of sockets) socket.write('G');
        await sleep(1_000);
      }
      for (const socket of sockets) socket.destroy();
      return [];
    },
  },
];
