import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `oc.<key id>.<base64url>`, with characters that Bedrock accepts in the id of a tool call. */
const SEALED_PATTERN = /^oc\.([a-zA-Z0-9]{1,8})\.([a-zA-Z0-9_-]+)$/;

/** A key for sealing, with the id that sealed text contains. */
export interface SealingKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Creates a random key. */
export function createSealingKey(): SealingKey {
  return { id: randomBytes(3).toString('hex'), key: randomBytes(32) };
}

/**
 * Encrypts bytes as text that clients store and send back. The first key encrypts, and all keys decrypt, so keys can be
 * rotated while conversations continue.
 */
export class SealingKeys {
  private readonly sealing: SealingKey;
  private readonly byId: ReadonlyMap<string, SealingKey>;

  /** Creates the keys. `processKey` encrypts if `keys` is empty, and decrypts as long as this process runs. */
  constructor(keys: readonly SealingKey[], processKey: SealingKey = createSealingKey()) {
    this.sealing = keys[0] ?? processKey;
    this.byId = new Map([processKey, ...keys].map((key) => [key.id, key]));
  }

  /** Returns the number of characters of the sealed text for so many bytes. */
  sealedLength(bytes: number): number {
    return 'oc..'.length + this.sealing.id.length + Math.ceil(((NONCE_BYTES + bytes + TAG_BYTES) * 4) / 3);
  }

  /** Encrypts bytes. Only a call of `open` with the same `context` can decrypt them. */
  seal(bytes: Uint8Array, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.sealing.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    return `oc.${this.sealing.id}.${sealed.toString('base64url')}`;
  }

  /** Returns true if the text names the id of one of the keys. The content is not verified. */
  isSealedByUs(text: string): boolean {
    return this.byId.has(SEALED_PATTERN.exec(text)?.[1] ?? '');
  }

  /**
   * Decrypts sealed text. Returns undefined for any other text, and if the key or the context differs or the text was
   * modified.
   */
  open(text: string, context: string): Buffer | undefined {
    const [, id = '', body = ''] = SEALED_PATTERN.exec(text) ?? [];
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
