import { isTokenObject, type TokenObject } from '../unverified-token.ts';

const MAX_KEYS_OF_SET = 100;
const MIN_RSA_BITS = 2_048;
const MAX_RSA_BITS = 16_384;
const MAX_KEY_ID_LENGTH = 256;
/** Public members of keys. Others, such as certificates, are not used. */
const PUBLIC_MEMBERS = ['kty', 'n', 'e', 'crv', 'x', 'y'] as const;
/** Curve of each algorithm with elliptic curves. */
const CURVES: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
};

/** A public key of an issuer. */
export interface SigningKey {
  /** Absent in some key sets with a single key. */
  readonly id: string | undefined;
  readonly algorithm: string | undefined;
  readonly jwk: Readonly<Record<string, string>>;
  /** The key as JSON, to recognize it in the next set. */
  readonly fingerprint: string;
  /** True after the issuer has removed the key. Tokens that it signed are no longer accepted. */
  withdrawn: boolean;
}

/** The usable keys of an issuer. */
export class SigningKeys {
  private readonly keys: readonly SigningKey[];

  constructor(keys: readonly SigningKey[]) {
    this.keys = keys;
  }

  get size(): number {
    return this.keys.length;
  }

  /** Returns the key of a token. A token without a key id matches only the key of a set with a single key. */
  find(id: string | undefined, algorithm: string): SigningKey | undefined {
    if (id === undefined) return this.keys.length === 1 && fits(this.keys[0]!, algorithm) ? this.keys[0] : undefined;
    return this.keys.find((key) => key.id === id && fits(key, algorithm));
  }

  /** Marks the keys that `next` does not contain. */
  replacedBy(next: SigningKeys): void {
    for (const key of this.keys) key.withdrawn = !next.keys.includes(key);
  }

  /**
   * Reads a JSON Web Key Set (RFC 7517). Unchanged keys are the objects of `before`. Throws an Error if the set has no usable
   * key. Ignores keys for encryption, symmetric and private keys, and RSA keys below 2,048 bits.
   */
  static read(document: unknown, before: SigningKeys | undefined): SigningKeys {
    const list = isTokenObject(document) ? document['keys'] : undefined;
    if (!Array.isArray(list)) throw new Error('the key set has no list `keys`');
    if (list.length > MAX_KEYS_OF_SET) throw new Error(`the key set has more than ${MAX_KEYS_OF_SET} keys`);
    const keys = list.flatMap((entry: unknown) => (isTokenObject(entry) ? usableKey(entry) : []));
    if (keys.length === 0) {
      throw new Error(
        `none of the ${list.length} keys of the set is usable: public, for signatures, RSA of 2048 bits or more`,
      );
    }
    return new SigningKeys(
      keys.map((key) => before?.keys.find(({ fingerprint }) => fingerprint === key.fingerprint) ?? key),
    );
  }
}

function fits({ jwk, algorithm }: SigningKey, wanted: string): boolean {
  if (algorithm !== undefined && algorithm !== wanted) return false;
  const curve = CURVES[wanted];
  return curve === undefined ? jwk['kty'] === 'RSA' : jwk['crv'] === curve;
}

function usableKey(entry: TokenObject): SigningKey[] {
  const { use, key_ops: operations, kid, alg, d, k } = entry;
  if ((use !== undefined && use !== 'sig') || d !== undefined || k !== undefined) return [];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return [];
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KEY_ID_LENGTH)) return [];
  if (alg !== undefined && typeof alg !== 'string') return [];
  const members = PUBLIC_MEMBERS.filter((name) => typeof entry[name] === 'string');
  const jwk = Object.fromEntries(members.map((name) => [name, entry[name] as string]));
  if (!hasAcceptedType(jwk)) return [];
  const fingerprint = JSON.stringify([kid, alg, jwk]);
  return [{ id: kid, algorithm: alg, jwk, fingerprint, withdrawn: false }];
}

function hasAcceptedType({ kty = '', n = '', crv = '' }: Readonly<Record<string, string>>): boolean {
  switch (kty) {
    case 'RSA': {
      const bits = bitLength(n);
      return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    }
    case 'EC':
      return ['P-256', 'P-384', 'P-521'].includes(crv);
    case 'OKP':
      return crv === 'Ed25519';
    default:
      return false;
  }
}

function bitLength(modulus: string): number {
  const digits = Buffer.from(modulus, 'base64url').toString('hex').replace(/^0+/, '');
  return digits === '' ? 0 : (digits.length - 1) * 4 + Number.parseInt(digits[0]!, 16).toString(2).length;
}
