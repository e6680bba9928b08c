import { deflateRawSync, inflateRawSync } from 'node:zlib';

import type { SignedThinking } from './signed-thinking.ts';

/** First byte: how what follows is written. */
const PLAIN = 0;
const DEFLATED = 1;
/** Kinds of parts; signatures and redacted thoughts are base64 and travel as the bytes they mean. */
const TEXT = 0;
const BYTES = 1;

/** A store gives back what it was given; a bound against bytes that inflate without end. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Thoughts in as few bytes as can be had: they travel in ids. Undefined where bytes could not say them exactly. */
export function encodeThinking(thoughts: readonly SignedThinking[]): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (const thought of thoughts) {
    const texts = thought.kind === 'thinking' ? [thought.text, thought.signature] : [thought.data];
    if (!texts.every((text) => text.isWellFormed())) return undefined;
    pieces.push(Buffer.from([texts.length]), ...texts.flatMap(part));
  }
  const plain = Buffer.concat(pieces);
  const deflated = deflateRawSync(plain, { level: 9 });
  return deflated.length < plain.length
    ? Buffer.concat([Buffer.from([DEFLATED]), deflated])
    : Buffer.concat([Buffer.from([PLAIN]), plain]);
}

/** Undefined for bytes that were not written here. */
export function decodeThinking(bytes: Uint8Array): SignedThinking[] | undefined {
  try {
    const body = Buffer.from(bytes.subarray(1));
    const plain = bytes[0] === DEFLATED ? inflateRawSync(body, { maxOutputLength: MOST_BYTES }) : body;
    return readThoughts(plain);
  } catch {
    return undefined;
  }
}

function part(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'base64');
  const asBytes = bytes.toString('base64') === text;
  const body = asBytes ? bytes : Buffer.from(text, 'utf8');
  return [numberBytes(body.length * 2 + (asBytes ? BYTES : TEXT)), body];
}

/** Seven bits a byte, the lowest first. */
function numberBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function readThoughts(plain: Buffer): SignedThinking[] {
  const thoughts: SignedThinking[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = plain.readUInt8(at++);
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
  const text = (): string => {
    const head = number();
    const end = at + Math.floor(head / 2);
    if (end > plain.length) throw new RangeError('Cut short.');
    const body = plain.subarray(at, end);
    at = end;
    return body.toString(head % 2 === BYTES ? 'base64' : 'utf8');
  };
  while (at < plain.length) {
    const parts = plain.readUInt8(at++);
    if (parts === 1) thoughts.push({ kind: 'redacted', data: text() });
    else thoughts.push({ kind: 'thinking', text: text(), signature: text() });
  }
  return thoughts;
}
