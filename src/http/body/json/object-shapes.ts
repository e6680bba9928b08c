import { randomInt } from 'node:crypto';

const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The letters n, r and t, which represent whitespace after a backslash. */
export const WHITESPACE_ESCAPES: readonly number[] = [0x6e, 0x72, 0x74];

/** Maximum length of names that are compared. Longer names always count as new ones, so that every byte of a name counts. */
const MAX_COMPARED_LENGTH = 64;
/**
 * Size of the hash set: a power of two, about 20 times the limit. At the limit, 2.5 % of the shapes collide with another
 * one.
 */
const BITS = 2 ** 20;
const HASH_BITS = 32;
const CELL_BITS = 5;
const SHIFT = HASH_BITS - Math.log2(BITS);
/** Random for each process, so that clients cannot choose names with equal hashes. */
const [EMPTY_OBJECT, NAME_MULTIPLIER, SHAPE_MULTIPLIER] = [randomOdd(), randomOdd(), randomOdd()];

/** The shapes of the current text. One buffer for all scans, because a scan is synchronous. */
const seen = new Int32Array(BITS >>> CELL_BITS);

/** Start and end of a string's characters, and the length of its closing quote. */
export interface ScannedString {
  start: number;
  end: number;
  quoteBytes: 1 | 2;
}

/**
 * Counts the object shapes of a JSON text. A shape is a list of field names in their order; each prefix of the list is a
 * separate shape. V8 creates a hidden class for each shape, which takes `JSON.parse` about 3 µs, 50 times as long as
 * another object of a known shape.
 */
export class ObjectShapes {
  count = 0;
  /** Hash of the field names so far, of the innermost object at each depth. */
  private readonly hashes: number[] = [];

  constructor() {
    seen.fill(0);
  }

  openObject(depth: number): void {
    this.hashes[depth] = EMPTY_OBJECT;
  }

  /** Adds a string to the shape of the object at `depth`, if it is a field name. `quoteBytes` is 2 for an escaped quote. */
  addString(json: Buffer, { start, end, quoteBytes }: ScannedString, depth: number): void {
    if (!isBeforeColon(json, end + quoteBytes)) return;
    if (end - start > MAX_COMPARED_LENGTH) {
      this.count++;
      return;
    }
    const hash = mixed(this.hashes[depth] ?? EMPTY_OBJECT, hashOfName(json, start, end));
    this.hashes[depth] = hash;
    const index = hash >>> SHIFT;
    const bit = 1 << (index & 31);
    const cell = index >>> CELL_BITS;
    if ((seen[cell]! & bit) !== 0) return;
    seen[cell]! |= bit;
    this.count++;
  }
}

function hashOfName(json: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ json[at]!, NAME_MULTIPLIER);
  return hash;
}

/**
 * Combines two hashes. The last two steps are those of MurmurHash3, which distribute all bits; the multipliers alone
 * distribute some names badly.
 */
function mixed(shape: number, name: number): number {
  let hash = Math.imul(shape ^ name ^ (name >>> 15), SHAPE_MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Skips whitespace, including escaped whitespace for text within a string. */
function isBeforeColon(json: Buffer, from: number): boolean {
  let at = from;
  for (;;) {
    const byte = json[at];
    if (byte === SPACE || byte === LINE_FEED || byte === TAB || byte === CARRIAGE_RETURN) at += 1;
    else if (byte === BACKSLASH && WHITESPACE_ESCAPES.includes(json[at + 1]!)) at += 2;
    else return byte === COLON;
  }
}

function randomOdd(): number {
  return randomInt(2 ** 31) * 2 + 1;
}
