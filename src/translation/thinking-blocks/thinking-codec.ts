import { deflateRawSync, inflateRawSync } from 'node:zlib';

import type { SignedThinking } from './signed-thinking.ts';

/** First byte of the encoding: whether the bytes after it are compressed. */
const PLAIN = 0;
const DEFLATED = 1;
/** Kinds of text. Canonical base64, as in signatures and redacted thinking, is stored decoded (`BYTES`). */
const TEXT = 0;
const BYTES = 1;

/** Limit in bytes of the decompressed encoding. It bounds memory if the stored bytes are not the gateway's. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;

/**
 * Encodes thinking in few bytes, because the ids of tool calls may carry it.
 * Returns undefined if a text has a lone surrogate, which UTF-8 cannot represent.
 */
export function encodeThinking(blocks: readonly SignedThinking[]): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (const block of blocks) {
    const texts = block.kind === 'thinking' ? [block.text, block.signature] : [block.data];
    if (!texts.every((text) => text.isWellFormed())) return undefined;
    pieces.push(Buffer.from([texts.length]), ...texts.flatMap(encodeText));
  }
  const plain = Buffer.concat(pieces);
  const deflated = deflateRawSync(plain, { level: 9 });
  return deflated.length < plain.length
    ? Buffer.concat([Buffer.from([DEFLATED]), deflated])
    : Buffer.concat([Buffer.from([PLAIN]), plain]);
}

/** Decodes the result of `encodeThinking`; undefined for other bytes. */
export function decodeThinking(bytes: Uint8Array): SignedThinking[] | undefined {
  try {
    const body = Buffer.from(bytes.subarray(1));
    const plain = bytes[0] === DEFLATED ? inflateRawSync(body, { maxOutputLength: MAX_INFLATED_BYTES }) : body;
    return readBlocks(plain);
  } catch {
    return undefined;
  }
}

/** Returns a header and the text: the header is the length in bytes, doubled, plus the kind. */
function encodeText(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'base64');
  const asBytes = bytes.toString('base64') === text;
  const body = asBytes ? bytes : Buffer.from(text, 'utf8');
  return [encodeNumber(body.length * 2 + (asBytes ? BYTES : TEXT)), body];
}

/** Encodes a number in groups of seven bits, the lowest first (LEB128). */
function encodeNumber(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function readBlocks(plain: Buffer): SignedThinking[] {
  const blocks: SignedThinking[] = [];
  let at = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = plain.readUInt8(at++);
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
  const readText = (): string => {
    const header = readNumber();
    const end = at + Math.floor(header / 2);
    if (end > plain.length) throw new RangeError('The encoded thinking is truncated.');
    const body = plain.subarray(at, end);
    at = end;
    return body.toString(header % 2 === BYTES ? 'base64' : 'utf8');
  };
  while (at < plain.length) {
    const textCount = plain.readUInt8(at++);
    if (textCount === 1) blocks.push({ kind: 'redacted', data: readText() });
    else blocks.push({ kind: 'thinking', text: readText(), signature: readText() });
  }
  return blocks;
}
