import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Attack, AttackTarget } from '../attack.ts';
import { answersTo, type Reply, statuses } from '../body-sender.ts';

const MEBIBYTE = 1024 * 1024;
const CHAT = '/v1/chat/completions';
const MODEL = 'claude-haiku-4-5';

/**
 * Returns a chat request of about this size. The emulator rejects it as too long for the model, as Bedrock does, so the
 * request
 * passes through the whole gateway.
 */
const chatOf = (bytes: number): Buffer =>
  Buffer.from(JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'x'.repeat(bytes) }] }));
/** Statuses of replies that come from the emulator. */
const REFUSED_BY_MODEL = /prompt is too long|larger than 25000000 bytes/;
const within = (field: string, json: string): Buffer =>
  Buffer.from(`{"model":"${MODEL}","messages":[{"role":"user","content":"Hello"}],"${field}":${json}}`);
const repeated = (piece: string, bytes: number): string => piece.repeat(Math.floor(bytes / piece.length));

const SIZE = 31 * MEBIBYTE;
/** Returns the maximum number of values in a body, in the most expensive form. */
const nearLimit = (piece: string, values: number): string => piece.repeat(Math.floor(490_000 / values));

const BOMBS: Readonly<Record<string, () => Buffer>> = {
  '31 MB of open lists': () => Buffer.from(repeated('[', SIZE)),
  '31 MB of nested objects': () => Buffer.from(repeated('{"a":', SIZE)),
  '31 MB of empty lists': () => Buffer.from(`[${repeated('[],', SIZE)}[]]`),
  '31 MB of numbers': () => Buffer.from(`[${repeated('1,', SIZE)}1]`),
  '31 MB of equal keys': () => Buffer.from(`{${repeated('"a":1,', SIZE)}"a":1}`),
  '31 MB of escaped quotes': () => within('user', `"${repeated('\\"', SIZE)}"`),
  '31 MB of escaped letters': () => within('user', `"${repeated('\\u0061', SIZE)}"`),
  '31 MB of backslashes': () => within('user', `"${repeated(String.raw`\\`, SIZE)}"`),
  '31 MB of digits': () => within('metadata', `[${repeated('1', SIZE)}]`),
  'maximum count of numbers beyond double precision': () => within('metadata', `[${nearLimit('1.0,', 1)}1]`),
  'maximum count of numbers beyond double precision, in the arguments of a tool call': () =>
    toolCall(`[${nearLimit('1.0,', 1)}1]`),
  '31 MB of line feeds before a syntax error': () => Buffer.from(`{${repeated('\n', SIZE)}x`),
  '31 MB of text before a syntax error': () => Buffer.from(`{"a":"${repeated('aaaa,', SIZE)}" x`),
  '16 MB of lists in the arguments of a tool call': () => toolCall(`[${repeated('[],', 16 * MEBIBYTE)}[]]`),
  'maximum count of empty lists': () => within('metadata', `[${nearLimit('[],', 2)}1]`),
  'maximum count of objects': () => within('metadata', `[${nearLimit(`{"a":"${'x'.repeat(40)}"},`, 2)}1]`),
  'maximum count of messages': () =>
    Buffer.from(`{"model":"${MODEL}","messages":[${nearLimit('{"role":"user","content":"aaaaaaaaaaaaaaa"},', 5)}{}]}`),
  'maximum count of values in the arguments of a tool call': () => toolCall(`[${nearLimit('{"a":1},', 2)}1]`),
  '16 MB of open lists in the arguments of a tool call': () => toolCall(repeated('[', 16 * MEBIBYTE)),
};

function toolCall(json: string): Buffer {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: json } };
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: 'done' },
  ];
  return Buffer.from(JSON.stringify({ model: MODEL, messages, tools: [tool()] }));
}

function tool(): object {
  return { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
}

/** Returns a violation for replies with a status that is not allowed. */
function unlike(replies: readonly Reply[], ...allowed: number[]): string[] {
  const others = statuses(replies).filter((status) => !allowed.includes(status));
  return others.length === 0 ? [] : [`got ${[...new Set(others)].join(', ')}, expected ${allowed.join(' or ')}`];
}

async function unready(target: AttackTarget): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${target.managementPort}/health/ready`);
  return response.status === 200 ? [] : [`not ready: ${await response.text()}`];
}

/** Sends requests without a valid key in waves, and polls the readiness meanwhile. */
async function sendWithoutKey(target: AttackTarget, count: number, body: Buffer, headers: object): Promise<string[]> {
  const found: string[] = [];
  for (let wave = 0; wave < 3; wave += 1) {
    const replies = answersTo(target.port, count, { path: CHAT, body, headers });
    found.push(...(await unready(target)), ...unlike(await replies, 401));
  }
  await sleep(1_000);
  return [...found, ...(await unready(target))];
}

const NO_BODY_WITHOUT_KEY = 'no body is read without a key';

/** Opens connections that never finish their bodies. */
function unfinished(port: number, count: number, head: string, start: Buffer): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.resume().write(head);
    socket.write(start);
    return socket;
  });
}

const headOf = (...lines: string[]): string =>
  [`POST ${CHAT} HTTP/1.1`, 'host: gateway', 'content-type: application/json', ...lines, '', ''].join('\r\n');

export const attacks: readonly Attack[] = [
  {
    name: 'gzip of 16 million nested lists, without a key',
    limit: NO_BODY_WITHOUT_KEY,
    short: true,
    maxCpuSeconds: 4,
    run: (target) =>
      sendWithoutKey(target, 50, gzipSync(Buffer.alloc(16_000_000, '[')), { 'content-encoding': 'gzip' }),
  },
  {
    name: '32 MB of open lists, without a key',
    limit: NO_BODY_WITHOUT_KEY,
    short: true,
    maxCpuSeconds: 4,
    run: (target) => sendWithoutKey(target, 20, Buffer.alloc(SIZE, '['), {}),
  },
  {
    name: '2 MB of unfinished gzip on each of 60 connections, without a key',
    limit: NO_BODY_WITHOUT_KEY,
    maxCpuSeconds: 4,
    async run({ port }) {
      const part = gzipSync(Buffer.alloc(600 * MEBIBYTE, '[')).subarray(0, 600_000);
      const head = headOf('content-encoding: gzip', 'content-length: 10000000');
      const sockets = unfinished(port, 60, head, part);
      await sleep(4_000);
      const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
      for (const socket of sockets) socket.destroy();
      return open === 0 ? [] : [`${open} connections are still open after 4 s`];
    },
  },
  {
    name: 'endless uploads on 30 connections, without a key',
    limit: 'unread bodies: 64 KB or 1 second, then the connection is closed',
    short: true,
    maxCpuSeconds: 4,
    async run({ port }) {
      const replies = await answersTo(port, 30, {
        path: CHAT,
        body: Buffer.alloc(100 * MEBIBYTE, ' '),
        chunked: MEBIBYTE,
      });
      const most = Math.max(...replies.map(({ sentBytes }) => sentBytes));
      return most < 20 * MEBIBYTE ? unlike(replies, 401) : [`the gateway accepted ${most} bytes of a rejected body`];
    },
  },
  {
    name: '19 MB in chunks of one byte, 4 times',
    limit: 'bodies of more than 65,536 chunks: 64 bytes per chunk',
    short: true,
    maxCpuSeconds: 6,
    async run({ port, attackerKey }) {
      const body = chatOf(19 * MEBIBYTE);
      return unlike(await answersTo(port, 4, { path: CHAT, key: attackerKey, body, chunked: 1 }), 400);
    },
  },
  {
    name: '80 clients of one key with 29 MB each',
    limit: 'overload.maxTotalBodyBytesPerKey',
    short: true,
    maxCpuSeconds: 120,
    async run({ port, attackerKey }) {
      const replies = await answersTo(port, 80, { path: CHAT, key: attackerKey, body: chatOf(29 * MEBIBYTE) });
      const served = replies.filter(({ text }) => REFUSED_BY_MODEL.test(text)).length;
      return [...unlike(replies, 413, 429, 503), ...(served > 0 ? [] : ['no request was sent to the model'])];
    },
  },
  {
    name: '200 bodies of one key at 100 bytes per second',
    limit: 'bodies arrive with at least 10 KB per second',
    maxCpuSeconds: 6,
    async run(target) {
      const head = headOf(`authorization: Bearer ${target.attackerKey}`, 'content-length: 100000');
      const sockets = unfinished(target.port, 200, head, Buffer.from('{'));
      for (let second = 0; second < 12; second += 1) {
        for (const socket of sockets) if (socket.writable) socket.write('x'.repeat(100));
        await sleep(1_000);
      }
      const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
      for (const socket of sockets) socket.destroy();
      return [...(open === 0 ? [] : [`${open} connections are still open after 12 s`]), ...(await unready(target))];
    },
  },
  {
    name: 'Brotli with windows of 16 MB on 60 connections of one key',
    limit: 'overload.maxTotalBodyBytesPerKey counts decompressors',
    maxCpuSeconds: 60,
    async run({ port, attackerKey }) {
      const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 };
      const body = brotliCompressSync(chatOf(16 * MEBIBYTE), { params });
      const headers = { 'content-encoding': 'br' };
      const replies = await answersTo(port, 60, { path: CHAT, key: attackerKey, body, headers });
      return unlike(replies, 400, 429, 503);
    },
  },
  ...Object.entries(BOMBS).map(([what, make]): Attack => ({
    name: `${what}, with a key`,
    limit: 'json_too_deep, json_too_many_values',
    short: what === '31 MB of empty lists' ? true : undefined,
    maxCpuSeconds: 30,
    async run({ port, attackerKey }) {
      const body = make();
      const paths = [CHAT, '/v1/messages', '/v1/responses', `/model/${MODEL}/converse`];
      const found: string[] = [];
      for (const path of paths) {
        const replies = await answersTo(port, 4, { path, key: attackerKey, body });
        found.push(...unlike(replies, 200, 400, 413, 429, 503).map((wrong) => `${path}: ${wrong}`));
      }
      return found;
    },
  })),
];
