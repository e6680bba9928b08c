import { Logger } from '@nestjs/common';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import { LineBudget } from '../../telemetry/logging/line-budget.ts';

const LINES_PER_SECOND = 10;

export interface RejectedKey {
  reason: 'missing' | 'unknown' | 'expired';
  /** Last characters of the key. */
  keyEnding?: string;
  requestId: string;
  address: string | undefined;
  path: string;
}

/** The audit trail of refused keys. Whoever tries a million keys writes ten lines a second, and a count. */
export class RejectedKeyLog {
  private readonly logger = new Logger('audit');
  private readonly budget = new LineBudget(LINES_PER_SECOND, (notWritten) => {
    this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_rejected', notWritten });
  });

  refused(refusal: RejectedKey): void {
    if (this.budget.take()) this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_rejected', ...refusal });
  }
}
