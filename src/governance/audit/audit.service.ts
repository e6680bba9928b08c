import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import { LineBudget } from '../../telemetry/logging/line-budget.ts';
import type { AuditActor, AuditEntry, AuditValue, ChainedEntry } from '../repository/audit-chain.ts';
import type { AuditQuery, AuditVerdict } from '../repository/audit-reader.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';

const HEAD_INTERVAL_MS = 3_600_000;
/** Entries that rejected callers can cause. */
const DENIED_ENTRIES_PER_SECOND = 2;

/** An audit entry as the admin API returns it. */
export interface AuditEntryView extends Omit<ChainedEntry, 'actor' | 'before' | 'after' | 'details'> {
  actor: AuditActor;
  before: AuditValue;
  after: AuditValue;
  details: AuditValue;
}

/** Reads the audit, logs the head of its chain, and records rejected calls. */
@Injectable()
export class AuditService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('audit');
  private readonly denied = new LineBudget(DENIED_ENTRIES_PER_SECOND, (notWritten) => {
    this.record({ actor: { kind: 'gateway', id: 'gateway' }, action: 'access.denied', details: { notWritten } });
  });
  private timer?: NodeJS.Timeout;

  constructor(private readonly repository: GovernanceRepository) {}

  onModuleInit(): void {
    if (!this.repository.isConfigured) return;
    this.timer = setInterval(() => void this.logHead(), HEAD_INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Records a rejected call or sign-in. At most two each second are entries; the number of the others is one, too. */
  recordDenied(entry: AuditEntry): void {
    if (this.repository.isConfigured && this.denied.take()) this.record(entry);
  }

  /** Reads a page of entries, the oldest first. */
  async page(query: AuditQuery): Promise<AuditEntryView[]> {
    if (!this.repository.isConfigured) return [];
    return (await this.repository.audit(query)).map(viewOfEntry);
  }

  /** Checks the whole chain, and logs its head. */
  async verify(): Promise<AuditVerdict> {
    const verdict = await this.repository.verifyAudit();
    await this.logHead();
    return verdict;
  }

  /** Logs the last entry of the chain. A copy of the log outside of the database proves that no entry was changed. */
  async logHead(): Promise<void> {
    try {
      this.logger.log({ stream: 'audit', event: 'audit_head', ...(await this.repository.auditHead()) });
    } catch (error) {
      this.logger.warn({ event: 'audit_head_not_read', reason: reasonOf(error as Error) });
    }
  }

  private record(entry: AuditEntry): void {
    this.repository
      .change(async (change) => change.appendAudit(entry))
      .catch((error: unknown) => {
        this.logger.warn({ event: 'audit_entry_not_written', action: entry.action, reason: reasonOf(error as Error) });
      });
  }
}

function viewOfEntry({ actor, before, after, details, ...entry }: ChainedEntry): AuditEntryView {
  return {
    ...entry,
    actor: JSON.parse(actor) as AuditActor,
    before: parsed(before),
    after: parsed(after),
    details: parsed(details),
  };
}

function parsed(text: string | null): AuditValue {
  return text === null ? null : (JSON.parse(text) as AuditValue);
}
