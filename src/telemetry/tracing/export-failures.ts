import { Logger } from '@nestjs/common';

const WARNING_INTERVAL_MS = 60_000;

/** Logs failures to export over OTLP: one warning a minute at most, with the number of suppressed ones. */
export class ExportFailureLog {
  private readonly logger = new Logger('telemetry');
  private nextWarningAt = 0;
  private suppressed = 0;

  failed(signal: 'traces' | 'metrics', error: Error | undefined, now: number = Date.now()): void {
    if (now < this.nextWarningAt) {
      this.suppressed += 1;
      return;
    }
    const before = this.suppressed > 0 ? `; ${this.suppressed} more failures since the last warning` : '';
    this.logger.warn(
      `${signal} could not be exported over OTLP and are lost: ${error?.message ?? 'unknown reason'}${before}`,
    );
    this.nextWarningAt = now + WARNING_INTERVAL_MS;
    this.suppressed = 0;
  }
}
