import { Injectable, Logger } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import type { AuditActor, AuditEntry, AuditValue, ChainedEntry } from '../repository/audit-chain.ts';
import type { AuditQuery, AuditVerdict } from '../repository/audit-reader.ts';
import type { AuditHead } from '../repository/audit-writer.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';
import { EntryBudget, type EntryLimits } from './entry-budget.ts';

/** Entries that callers of the admin API can cause without a change: callers without a valid key, known callers, and sign-ins. */
const UNKNOWN_CALLERS: EntryLimits = { burst: 30, perHour: 60 };
const KNOWN_CALLERS: EntryLimits = { burst: 100, perHour: 300 };
const SIGN_INS: EntryLimits = { burst: 200, perHour: 1_000 };
/** Entries that a page reads at a time, and characters after which it ends. */
const PAGE_SLICE = 100;
const MAX_PAGE_CHARACTERS = 8 * 1_048_576;
const GATEWAY_ACTOR: AuditActor = { kind: 'gateway', id: 'gateway' };

/** An audit entry as the admin API returns it. */
export interface AuditEntryView extends Omit<ChainedEntry, 'actor' | 'before' | 'after' | 'details'> {
  actor: AuditActor;
  before: AuditValue;
  after: AuditValue;
  details: AuditValue;
}

/** A page of the audit. */
interface AuditPage {
  readonly entries: AuditEntryView[];
  readonly hasMore: boolean;
}

/** Reads the audit, logs the head of its chain, and records rejected calls. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger('audit');
  private readonly budgets = {
    unknown: this.budget(UNKNOWN_CALLERS, 'sign-in.denied'),
    known: this.budget(KNOWN_CALLERS, 'access.denied'),
    signIn: this.budget(SIGN_INS, 'sign-in'),
  };
  /** Sequence of the head that an export logged last, so that equal exports log one line. */
  private exportedHead?: number;

  constructor(
    private readonly repository: GovernanceRepository,
    private readonly metrics: MetricsService,
  ) {}

  /** Records a rejected call or sign-in, in the background. The entries are limited, and the number of the others is one, too. */
  recordDenied(entry: AuditEntry): void {
    this.recordLimited(entry, entry.actor.kind === 'gateway' ? this.budgets.unknown : this.budgets.known);
  }

  /** Records the first call with a token, in the background. */
  recordSignIn(entry: AuditEntry): void {
    this.recordLimited(entry, this.budgets.signIn);
  }

  /**
   * Reads a page of entries, the oldest first. Entries contain whole documents, so a page ends before its limit once it has
   * 8 MiB.
   */
  async page(query: AuditQuery): Promise<AuditPage> {
    const entries: AuditEntryView[] = [];
    if (!this.repository.isConfigured) return { entries, hasMore: false };
    for (let { after } = query, characters = 0; ; after = entries.at(-1)!.sequence) {
      // One more than the page shows, to find out whether others follow.
      const limit = Math.min(PAGE_SLICE, query.limit + 1 - entries.length);
      const slice = await this.repository.audit({ ...query, after, limit });
      for (const entry of slice) {
        if (entries.length === query.limit || characters > MAX_PAGE_CHARACTERS) return { entries, hasMore: true };
        characters += charactersOf(entry);
        entries.push(viewOfEntry(entry));
      }
      if (slice.length < limit) return { entries, hasMore: false };
    }
  }

  /** Checks the whole chain, and logs its head or what is wrong. */
  async verify(): Promise<AuditVerdict> {
    const verdict = await this.repository.verifyAudit();
    if (verdict.valid) this.logHead(verdict.head);
    else this.logger.error({ ...AUDIT_FIELDS, event: 'audit_not_valid', ...verdict, msg: 'the audit is not valid' });
    return verdict;
  }

  /** Logs the head of the chain at the end of an export, so that the log proves that the export is complete. */
  async exported(): Promise<void> {
    if (!this.repository.isConfigured) return;
    const head = await this.repository.auditHead();
    if (head.sequence === this.exportedHead) return;
    this.exportedHead = head.sequence;
    this.logHead(head);
  }

  private logHead(head: AuditHead): void {
    this.logger.log({ ...AUDIT_FIELDS, event: 'audit_head', ...head, msg: 'last entry of the audit' });
  }

  private budget(limits: EntryLimits, action: string): EntryBudget {
    return new EntryBudget(limits, (notWritten) =>
      this.record({ actor: GATEWAY_ACTOR, action, details: { notWritten } }),
    );
  }

  private recordLimited(entry: AuditEntry, budget: EntryBudget): void {
    if (!this.repository.isConfigured) return;
    if (budget.take()) this.record(entry);
    else this.metrics.admin.entryNotWritten('limit');
  }

  private record(entry: AuditEntry): void {
    this.repository
      .change(async (change) => change.appendAudit(entry))
      .catch((error: unknown) => {
        this.metrics.admin.entryNotWritten('database');
        this.logger.warn({ event: 'audit_entry_not_written', action: entry.action, reason: reasonOf(error as Error) });
      });
  }
}

function charactersOf({ before, after, details }: ChainedEntry): number {
  return (before?.length ?? 0) + (after?.length ?? 0) + (details?.length ?? 0);
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
