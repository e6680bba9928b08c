import type { Caller } from '../../request/caller.ts';
import type { CallerRules, RulesRefusal } from './caller-rules.ts';

/** Why a key of the snapshot is rejected. `inactive`: a key of another origin takes precedence. */
export type KeyRefusal = 'disabled' | 'revoked' | 'inactive' | RulesRefusal;

/** A key that was used since its last change, and since the last change of its team, application and principal. */
export interface ResolvedKey {
  readonly id: string;
  readonly name: string;
  readonly origin: 'file' | 'database';
  /** Frozen. The same object until the key or its rules change. */
  readonly caller: Readonly<Caller>;
  readonly rules: CallerRules;
  readonly refusal?: KeyRefusal;
  /** Counter of the snapshot at the time of the resolution. */
  readonly generation: number;
  /** Number of the UTC day of the last recorded use; 0 before the first one. */
  usedOn: number;
}

/** A key as found by one of its secrets. */
export interface SecretLookup {
  /** SHA-256 digest of the secret, 32 bytes. */
  readonly digest: Buffer;
  /** Epoch milliseconds at which the key or the secret expires; Infinity without an expiry. */
  readonly expiresAt: number;
  readonly key: ResolvedKey;
}
