import type { SharedKeySettings } from '../config/keys/api-key-table.ts';
import type { Caller } from '../request/caller.ts';
import { expiryOf } from './key-expiry.ts';
import type { CallerRules } from './snapshot/caller-rules.ts';

/** A configured API key, as a lookup returns it. */
export interface VerifiedKey {
  digest: Buffer;
  /** Epoch milliseconds; Infinity for a key that does not expire. */
  expiresAt: number;
  /** Frozen, because all requests of the key share it. */
  caller: Readonly<Caller>;
  /** Name of the team whose rules apply. */
  team?: string;
  /** The caller with the rules of its team, since its first request. */
  ofTeam?: { rules: CallerRules; caller: Readonly<Caller> };
}

/** Creates a key. `id` is the beginning of its digest. */
export function createVerifiedKey(
  { name, id, digest }: { name: string; id: string; digest: Buffer },
  { expires, models, traceContent, metrics, team }: SharedKeySettings,
): VerifiedKey {
  const caller = Object.freeze({ name, id, models, traceContent, metrics });
  return { digest, expiresAt: expiryOf(expires), caller, team };
}
