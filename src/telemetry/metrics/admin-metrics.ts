import { Counter, type Registry } from 'prom-client';

/**
 * Why a call of the admin API was rejected: no key; an unknown key; a key for models; a rejected token; a role without access to
 * the route.
 */
export type DeniedReason = 'missing_key' | 'unknown_key' | 'api_key' | 'token' | 'role';

/** Why an entry of the audit was not written: over the limit of entries that callers can cause, or no database. */
export type OmittedEntryReason = 'limit' | 'database';

/** Metrics of the admin API beside those of all routes. */
export class AdminMetrics {
  private readonly denials: Counter<'reason'>;
  private readonly omissions: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.denials = new Counter({
      name: 'outcrop_admin_denied_total',
      help: 'Rejected calls of the admin API, by reason: missing_key; unknown_key; api_key, a key for models; token; role.',
      labelNames: ['reason'],
      registers,
    });
    this.omissions = new Counter({
      name: 'outcrop_audit_entries_not_written_total',
      help: 'Rejected calls and sign-ins at the admin API without an entry in the audit, by reason: limit, too many; database.',
      labelNames: ['reason'],
      registers,
    });
  }

  denied(reason: DeniedReason): void {
    this.denials.inc({ reason });
  }

  entryNotWritten(reason: OmittedEntryReason): void {
    this.omissions.inc({ reason });
  }
}
