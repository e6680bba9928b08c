/** A use of a token by a principal. */
export interface PrincipalUse {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly email?: string;
  readonly name?: string;
}

/** Storage of principals, which `GovernanceRepository` provides. */
export interface PrincipalStore {
  /** False without a database: principals are not recorded. */
  readonly isConfigured: boolean;

  /** Records uses of different principals. Rejects if the database is unavailable. */
  recordPrincipals(uses: readonly PrincipalUse[]): Promise<void>;
}
