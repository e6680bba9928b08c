import { Logger } from '@nestjs/common';
import type { CallerRefusal } from '../../governance/callers/key-refusals.ts';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import { LineBudget } from '../../telemetry/logging/line-budget.ts';

const LINES_PER_SECOND = 10;

/** A request that was rejected because of its key or token. */
export interface RejectedKey {
  reason: 'missing' | 'unknown' | 'expired' | 'token' | CallerRefusal;
  /** Error code of a rejected token. */
  code?: string | null;
  /** Last characters of the key. */
  keyEnding?: string;
  requestId: string;
  address: string | undefined;
  path: string;
}

/** Writes audit lines for rejected keys: at most ten each second, with the number of omitted lines. */
export class RejectedKeyLog {
  private readonly logger = new Logger('audit');
  private readonly budget = new LineBudget(LINES_PER_SECOND, (notWritten) => {
    this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_rejected', notWritten });
  });

  rejected(rejection: RejectedKey): void {
    if (this.budget.take()) this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_rejected', ...rejection });
  }

  /** Writes the number of lines that were omitted since the last report. */
  flush(): void {
    this.budget.flush();
  }
}
