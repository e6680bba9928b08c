import { createHash } from 'node:crypto';
import type { GatewayError } from '../../errors/errors.ts';
import type { AuditActor } from '../repository/audit-chain.ts';

/** Roles from the widest to the narrowest. */
export const ADMIN_ROLES = ['admin', 'auditor', 'team-admin', 'member'] as const;

export type AdminRole = (typeof ADMIN_ROLES)[number];

/** The caller of the admin API. */
export interface Administrator {
  readonly actor: AuditActor;
  readonly role: AdminRole;
  /** Name of the team of a team admin. */
  readonly team?: string;
  /** Id of the principal, for a caller with a token. */
  readonly principal?: string;
  /** Set if the roles that an administrator has assigned are not known, because the database is not available. */
  readonly failure?: GatewayError;
}

/** Returns the SHA-256 of a secret as 32 bytes. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
