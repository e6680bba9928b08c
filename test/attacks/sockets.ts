import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

const POLL_MS = 50;

/** Opens `count` connections, from the loopback address `from` if given. Resolves when each is open or rejected. */
export async function connections(port: number, count: number, from?: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect({ port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true }).on('error', () => undefined),
  );
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
  );
  return sockets;
}

/** Completes a TLS handshake on each of them. */
export async function secured(sockets: readonly Socket[]): Promise<Socket[]> {
  const above = sockets.map((socket) => connectTls({ socket, rejectUnauthorized: false }).on('error', () => undefined));
  await Promise.all(
    above.map((socket) => new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve))),
  );
  return above;
}

/** Resolves with the first bytes of a connection, when it closes or the time limit ends. */
export function firstBytes(socket: Socket, patienceMs = 10_000): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('nothing'), patienceMs);
    const done = (text: string): void => {
      clearTimeout(timer);
      resolve(text);
    };
    socket.once('data', (data) => done(data.toString('latin1')));
    socket.once('close', () => done('closed'));
  });
}

/** Counts the open sockets of a process, including those of clients. */
export function openSocketsOf(pid: number): number {
  let count = 0;
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:')) count += 1;
    } catch {
      // Closed meanwhile.
    }
  }
  return count;
}

/** Waits until a process has at most `count` open sockets. Resolves with the violations. */
export async function untilAtMost(pid: number, count: number, patienceMs: number): Promise<string[]> {
  const end = performance.now() + patienceMs;
  while (openSocketsOf(pid) > count) {
    if (performance.now() > end) return [`${openSocketsOf(pid)} sockets are still open after ${patienceMs} ms`];
    await sleep(POLL_MS);
  }
  return [];
}

export function destroyed(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}
