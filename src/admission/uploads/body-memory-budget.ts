/** The limit that a body exceeds: that of all keys together, or that of its key. */
export type BodyShortage = 'body_memory' | 'key_body_memory';

/** Limits of the budget. */
export interface BodyLimits {
  /** Maximum bytes of the bodies of all keys together. */
  maxTotalBodyBytes: number;
  /** Maximum bytes of the bodies of one key. */
  maxTotalBodyBytesPerKey: number;
}

/**
 * Counts the memory of request bodies in this process: while they arrive and are decompressed, and until the response to
 * their request is complete.
 */
export class BodyMemoryBudget {
  private taken = 0;
  /** Bytes by id of the key. Keys without any are absent. */
  private readonly byKey = new Map<string, number>();
  private readonly limits: () => BodyLimits;

  /** Creates the budget. `limits` is called each time, because settings may change. */
  constructor(limits: () => BodyLimits) {
    this.limits = limits;
  }

  /** Size in bytes of the largest body that can ever fit. */
  get largestBody(): number {
    const { maxTotalBodyBytes, maxTotalBodyBytesPerKey } = this.limits();
    return Math.min(maxTotalBodyBytes, maxTotalBodyBytesPerKey);
  }

  get held(): number {
    return this.taken;
  }

  /** Returns the limit that `bytes` more would exceed; undefined if they fit. */
  shortage(keyId: string, bytes: number): BodyShortage | undefined {
    const { maxTotalBodyBytes, maxTotalBodyBytesPerKey } = this.limits();
    if (this.taken + bytes > maxTotalBodyBytes) return 'body_memory';
    return (this.byKey.get(keyId) ?? 0) + bytes > maxTotalBodyBytesPerKey ? 'key_body_memory' : undefined;
  }

  /** Reserves `bytes`. If they do not fit, reserves nothing and returns the exceeded limit. */
  reserve(keyId: string, bytes: number): BodyShortage | undefined {
    const shortage = this.shortage(keyId, bytes);
    if (shortage !== undefined) return shortage;
    this.taken += bytes;
    this.byKey.set(keyId, (this.byKey.get(keyId) ?? 0) + bytes);
    return undefined;
  }

  release(keyId: string, bytes: number): void {
    this.taken -= bytes;
    const left = (this.byKey.get(keyId) ?? 0) - bytes;
    if (left > 0) this.byKey.set(keyId, left);
    else this.byKey.delete(keyId);
  }
}
