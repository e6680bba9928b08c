/** Why a body does not fit: all keys together, or its key alone, hold as much as they may. */
export type BodyShortage = 'body_memory' | 'key_body_memory';

export interface BodyLimits {
  /** Bytes for the bodies of all keys together. */
  maxTotalBodyBytes: number;
  /** Bytes for the bodies of one key. */
  maxTotalBodyBytesPerKey: number;
}

/**
 * Bytes that request bodies take in this process: while they arrive, while they are decompressed, and until the
 * response to their request is complete.
 */
export class BodyMemoryBudget {
  private taken = 0;
  /** Bytes by id of the key; keys that hold none are absent. */
  private readonly byKey = new Map<string, number>();
  private readonly limits: () => BodyLimits;

  /** Reads `limits` each time, because settings may change. */
  constructor(limits: () => BodyLimits) {
    this.limits = limits;
  }

  /** Bytes of the largest body that ever fits. */
  get largestBody(): number {
    const { maxTotalBodyBytes, maxTotalBodyBytesPerKey } = this.limits();
    return Math.min(maxTotalBodyBytes, maxTotalBodyBytesPerKey);
  }

  get held(): number {
    return this.taken;
  }

  /** Returns why `bytes` more do not fit; undefined if they fit. */
  shortage(keyId: string, bytes: number): BodyShortage | undefined {
    const { maxTotalBodyBytes, maxTotalBodyBytesPerKey } = this.limits();
    if (this.taken + bytes > maxTotalBodyBytes) return 'body_memory';
    return (this.byKey.get(keyId) ?? 0) + bytes > maxTotalBodyBytesPerKey ? 'key_body_memory' : undefined;
  }

  /** Takes `bytes`, or takes nothing and returns why they do not fit. */
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
