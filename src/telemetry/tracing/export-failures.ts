import { Logger } from '@nestjs/common';

const SILENCE_MS = 60_000;

/** Tells that a receiver does not take what it is sent: once a minute, however often that happens. */
export class ExportFailureLog {
  private readonly logger = new Logger('telemetry');
  private quietUntil = 0;
  private untold = 0;

  failed(signal: 'traces' | 'metrics', error: Error | undefined, now: number = Date.now()): void {
    if (now < this.quietUntil) {
      this.untold += 1;
      return;
    }
    const before = this.untold > 0 ? `; ${this.untold} more failures since the last warning` : '';
    this.logger.warn(`${signal} could not be sent over OTLP and are lost: ${error?.message ?? 'no reason'}${before}`);
    this.quietUntil = now + SILENCE_MS;
    this.untold = 0;
  }
}
