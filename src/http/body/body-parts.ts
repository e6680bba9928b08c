const BLOCK_BYTES = 64 * 1024;
/** Smaller chunks are copied into blocks. */
const KEPT_BYTES = 16 * 1024;
/** So are chunks that are a smaller part of the buffer that they lie in. */
const KEPT_PART = 0.5;

/**
 * Collects the chunks of a body. Takes about as much memory as the body has bytes, however small the chunks are: a chunk
 * keeps the whole buffer alive that Node has read it into, and each object of its own costs some 100 bytes.
 */
export class BodyParts {
  /** Bytes of the chunks so far. */
  bytes = 0;
  private readonly parts: Buffer[] = [];
  private block?: Buffer;
  private used = 0;

  /** `declaredBytes`: the exact length of the body; undefined if it is not known. */
  constructor(declaredBytes?: number) {
    if (declaredBytes !== undefined) this.block = Buffer.allocUnsafeSlow(declaredBytes);
  }

  /** Adds a chunk. A body of a declared length must not become longer than that. */
  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const { block } = this;
    if (block !== undefined && this.used + chunk.length <= block.length) {
      this.used += chunk.copy(block, this.used);
      return;
    }
    this.closeBlock();
    if (chunk.length >= KEPT_BYTES && chunk.length >= chunk.buffer.byteLength * KEPT_PART) {
      this.parts.push(chunk);
      return;
    }
    this.block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, chunk.length));
    this.used = chunk.copy(this.block);
  }

  /** Returns the body in one piece. */
  whole(): Buffer {
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
