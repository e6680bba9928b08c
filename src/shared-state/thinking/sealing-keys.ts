import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `oc.<key id>.<base64url>`: only characters that Bedrock takes in the id of a call. */
const FORM = /^oc\.([a-zA-Z0-9]{1,8})\.([a-zA-Z0-9_-]+)$/;

export interface SealingKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

export function createSealingKey(): SealingKey {
  return { id: randomBytes(3).toString('hex'), key: randomBytes(32) };
}

/**
 * Seals bytes into text that travels with the client and comes back: state without a store. The first key
 * seals, every key opens, so that keys can be changed while conversations go on.
 */
export class SealingKeys {
  private readonly sealing: SealingKey;
  private readonly byId: ReadonlyMap<string, SealingKey>;

  /** `own` seals where there are no keys, and opens what it has sealed for as long as this process lives. */
  constructor(keys: readonly SealingKey[], own: SealingKey = createSealingKey()) {
    this.sealing = keys[0] ?? own;
    this.byId = new Map([own, ...keys].map((key) => [key.id, key]));
  }

  /** Characters of a capsule with so many bytes in it. */
  sealedLength(bytes: number): number {
    return 'oc..'.length + this.sealing.id.length + Math.ceil(((NONCE_BYTES + bytes + TAG_BYTES) * 4) / 3);
  }

  /** It opens only where the same `context` is named. */
  seal(bytes: Uint8Array, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.sealing.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    return `oc.${this.sealing.id}.${sealed.toString('base64url')}`;
  }

  /** Whether this is a capsule that one of the keys has sealed, or someone who names it. */
  isSealedByUs(text: string): boolean {
    return this.byId.has(FORM.exec(text)?.[1] ?? '');
  }

  /** Undefined for what is no capsule, was sealed by another key or for another context, or has been changed. */
  open(text: string, context: string): Buffer | undefined {
    const [, id = '', body = ''] = FORM.exec(text) ?? [];
    const key = this.byId.get(id)?.key;
    const sealed = Buffer.from(body, 'base64url');
    if (!key || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
