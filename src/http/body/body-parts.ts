const BLOCK_BYTES = 64 * 1024;
/** Minimum size of a chunk that is kept as it is. Smaller chunks are copied into blocks. */
const MIN_KEPT_BYTES = 16 * 1024;
/** Minimum share that a chunk must have of its underlying buffer to be kept as it is. */
const MIN_KEPT_SHARE = 0.5;

/**
 * Collects the chunks of a body. Takes about as much memory as the body has bytes, however small the chunks are. Without
 * copying, a chunk would keep its whole underlying buffer in memory, and each Buffer object takes about 100 bytes.
 */
export class BodyParts {
  /** Total length of the chunks so far. */
  bytes = 0;
  private readonly parts: Buffer[] = [];
  private block?: Buffer;
  private used = 0;

  /** Creates a collector. `declaredBytes` is the exact length of the body; undefined if it is unknown. */
  constructor(declaredBytes?: number) {
    if (declaredBytes !== undefined) this.block = Buffer.allocUnsafeSlow(declaredBytes);
  }

  /** Adds a chunk. A body with a declared length must not exceed it. */
  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const { block } = this;
    if (block !== undefined && this.used + chunk.length <= block.length) {
      this.used += chunk.copy(block, this.used);
      return;
    }
    this.closeBlock();
    if (chunk.length >= MIN_KEPT_BYTES && chunk.length >= chunk.buffer.byteLength * MIN_KEPT_SHARE) {
      this.parts.push(chunk);
      return;
    }
    this.block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, chunk.length));
    this.used = chunk.copy(this.block);
  }

  /** Returns the body as one buffer. */
  toBuffer(): Buffer {
    this.closeBlock();
    return this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts, this.bytes);
  }

  private closeBlock(): void {
    if (this.block === undefined) return;
    if (this.used > 0) this.parts.push(this.block.subarray(0, this.used));
    this.block = undefined;
    this.used = 0;
  }
}
