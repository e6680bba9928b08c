import { Logger } from '@nestjs/common';
import { AUDIT } from '../../telemetry/audit.ts';
import { LineBudget } from '../../telemetry/logging/line-budget.ts';

const LINES_PER_SECOND = 10;

export interface Refusal {
  reason: 'missing' | 'unknown' | 'expired';
  /** Last characters of the key. */
  keyEnding?: string;
  requestId: string;
  address: string | undefined;
  path: string;
}

/** The audit trail of refused keys. Whoever tries a million keys writes ten lines a second, and a count. */
export class RefusalLog {
  private readonly logger = new Logger('audit');
  private readonly budget = new LineBudget(LINES_PER_SECOND, (notWritten) => {
    this.logger.warn({ ...AUDIT, event: 'api_key_refused', notWritten });
  });

  refused(refusal: Refusal): void {
    if (this.budget.take()) this.logger.warn({ ...AUDIT, event: 'api_key_refused', ...refusal });
  }
}
