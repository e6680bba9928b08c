import type { GroupGrants } from './group-rules.ts';
import type { TokenIdentity } from './token-claims.ts';

/** A token that was verified: its signature, issuer, audience and times. */
export interface VerifiedToken extends TokenIdentity, GroupGrants {
  /** Epoch milliseconds, with the tolerance for clocks. */
  readonly expiresAt: number;
}
