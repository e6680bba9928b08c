import { Logger } from '@nestjs/common';
import { AUDIT } from '../telemetry/audit.ts';

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
  private secondEndsAt = 0;
  private lines = 0;
  private unwritten = 0;

  refused(refusal: Refusal, now: number = Date.now()): void {
    if (now >= this.secondEndsAt) {
      this.secondEndsAt = now + 1000;
      this.lines = 0;
    }
    if (this.lines >= LINES_PER_SECOND) {
      this.unwritten += 1;
      // The last of a burst are counted too, even if nobody comes after them.
      if (this.unwritten === 1) setTimeout(() => this.writeCount(), this.secondEndsAt - now).unref();
      return;
    }
    this.lines += 1;
    this.logger.warn({ ...AUDIT, event: 'api_key_refused', ...refusal });
  }

  private writeCount(): void {
    this.logger.warn({ ...AUDIT, event: 'api_key_refused', notWritten: this.unwritten });
    this.unwritten = 0;
  }
}
