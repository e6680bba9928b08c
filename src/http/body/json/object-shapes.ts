import { randomInt } from 'node:crypto';

const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The letters n, r and t: behind a backslash they stand for whitespace. */
export const WHITESPACE_ESCAPES: readonly number[] = [0x6e, 0x72, 0x74];

/** Longer names count as new each time, so that no byte of a name is passed over. */
const LONGEST_COMPARED_NAME = 64;
/** A power of two, 20 times the limit: at the limit, 2.5 % of the shapes are taken for another one. */
const BITS = 2 ** 20;
const HASH_BITS = 32;
const WORD_BITS = 5;
const SHIFT = HASH_BITS - Math.log2(BITS);
/** Differ in each process, so that clients cannot choose names whose hashes are equal. */
const [EMPTY_OBJECT, NAME_MULTIPLIER, SHAPE_MULTIPLIER] = [randomOdd(), randomOdd(), randomOdd()];

/** Marks the shapes of one text. Shared, because a scan is synchronous. */
const seen = new Int32Array(BITS >>> WORD_BITS);

/** Where the characters of a string begin and end, and how long its closing quote is. */
export interface ScannedString {
  start: number;
  end: number;
  quoteBytes: 1 | 2;
}

/**
 * Counts how many shapes the objects of a JSON text have: beginnings of lists of field names, in their order. V8 keeps
 * a hidden class for each, which takes `JSON.parse` about 3 µs, 50 times as long as another object of a known shape.
 */
export class ObjectShapes {
  count = 0;
  /** Of the innermost object at each depth, the hash of its names so far. */
  private readonly hashes: number[] = [];

  constructor() {
    seen.fill(0);
  }

  openObject(depth: number): void {
    this.hashes[depth] = EMPTY_OBJECT;
  }

  /** Adds a string to the object at `depth`, if it is the name of a field. `quoteBytes` is 2 for an escaped quote. */
  addString(json: Buffer, { start, end, quoteBytes }: ScannedString, depth: number): void {
    if (!isBeforeColon(json, end + quoteBytes)) return;
    if (end - start > LONGEST_COMPARED_NAME) {
      this.count++;
      return;
    }
    const hash = mixed(this.hashes[depth] ?? EMPTY_OBJECT, hashOfName(json, start, end));
    this.hashes[depth] = hash;
    const index = hash >>> SHIFT;
    const bit = 1 << (index & 31);
    const word = index >>> WORD_BITS;
    if ((seen[word]! & bit) !== 0) return;
    seen[word]! |= bit;
    this.count++;
  }
}

function hashOfName(json: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ json[at]!, NAME_MULTIPLIER);
  return hash;
}

/** The multipliers alone spread some names badly; the last two steps are those of MurmurHash3, which spread all bits. */
function mixed(shape: number, name: number): number {
  let hash = Math.imul(shape ^ name ^ (name >>> 15), SHAPE_MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Passes over whitespace, also where it is escaped, because the text stands in a string. */
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
