import { connect } from 'node:net';

export interface Sending {
  path: string;
  body: Buffer;
  key?: string;
  headers?: object;
  /** Size of chunks, to send instead of a declared length. */
  chunked?: number;
}

export interface Reply {
  /** 0 if the connection ended without a response. */
  status: number;
  /** Bytes that the socket accepted before the connection ended. */
  sentBytes: number;
  text: string;
}

const PATIENCE_MS = 60_000;
const CHUNKS_AT_ONCE = 10_000;
const PIECE_BYTES = 256 * 1024;

/** Sends this number of equal requests concurrently. */
export function answersTo(port: number, count: number, sending: Sending): Promise<Reply[]> {
  return Promise.all(Array.from({ length: count }, () => send(port, sending)));
}

export function statuses(replies: readonly Reply[]): number[] {
  return replies.map(({ status }) => status);
}

/** Sends one request on a new connection. Resolves when the response has begun or the connection has ended. */
export function send(port: number, { path, body, key, headers, chunked }: Sending): Promise<Reply> {
  const socket = connect(port, '127.0.0.1');
  const length = chunked === undefined ? `content-length: ${body.length}` : 'transfer-encoding: chunked';
  const lines = Object.entries({
    host: 'gateway',
    'content-type': 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write([`POST ${path} HTTP/1.1`, ...lines, length, '', ''].join('\r\n'));
  return new Promise((resolve) => {
    let text = '';
    const done = (): void => {
      clearTimeout(deadline);
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), sentBytes: socket.bytesWritten, text });
      socket.destroy();
    };
    const deadline = setTimeout(done, PATIENCE_MS);
    socket.on('error', () => undefined).on('close', done);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (!text.startsWith('HTTP/1.1 100')) setTimeout(done, 100);
    });
    const pieces = chunked === undefined ? piecesOf(body) : chunksOf(body, chunked);
    const pour = (): void => {
      for (;;) {
        const { value, done: isOver } = pieces.next();
        if (isOver || socket.destroyed) return;
        if (!socket.write(value)) break;
      }
      socket.once('drain', pour);
    };
    pour();
  });
}

function* piecesOf(body: Buffer): Generator<Buffer, undefined> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}

function* chunksOf(body: Buffer, size: number): Generator<Buffer, undefined> {
  if (size === 1) {
    for (let at = 0; at < body.length; at += CHUNKS_AT_ONCE)
      yield bytesAsChunks(body.subarray(at, at + CHUNKS_AT_ONCE));
  } else {
    for (let at = 0; at < body.length; at += size) {
      const chunk = body.subarray(at, at + size);
      yield Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
    }
  }
  yield Buffer.from('0\r\n\r\n');
}

/**
 * Returns a chunk for each byte, in one buffer, because a client that is busy creating chunks does not read its
 * response.
 */
function bytesAsChunks(bytes: Buffer): Buffer {
  const frame = '1\r\n?\r\n';
  const frames = Buffer.alloc(bytes.length * frame.length, frame);
  for (const [index, byte] of bytes.entries()) frames[index * frame.length + frame.indexOf('?')] = byte;
  return frames;
}
