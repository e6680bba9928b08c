/** A hash index of the numbers 0 to `count - 1` with open addressing: 8 to 16 bytes for each number, without objects. */
export class KeyIndex {
  /** Numbers plus one; 0 for an empty slot. At most half of the slots are in use, so that runs of used slots stay short. */
  private readonly slots: Uint32Array;
  private readonly mask: number;

  constructor(count: number) {
    this.slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(1, count) * 2)));
    this.mask = this.slots.length - 1;
  }

  /** Returns the number with this hash for which `matches` returns true; undefined if there is none. */
  find(hash: number, matches: (number: number) => boolean): number | undefined {
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const entry = this.slots[slot]!;
      if (entry === 0) return undefined;
      if (matches(entry - 1)) return entry - 1;
    }
  }

  /** Adds a number that `find` does not return. */
  add(hash: number, number: number): void {
    let slot = hash & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = number + 1;
  }
}

/** Returns the FNV-1a hash of a text as 32 bits. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
