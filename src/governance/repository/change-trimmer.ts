import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import { GovernanceRepository } from './governance.repository.ts';

const TRIM_INTERVAL_MS = 600_000;
/** A replica that was separated for longer reads everything. */
const KEPT_MS = 24 * 3_600_000;

/** Removes old rows of changes in the background. */
@Injectable()
export class ChangeTrimmer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('database');
  private timer?: NodeJS.Timeout;

  constructor(private readonly repository: GovernanceRepository) {}

  onApplicationBootstrap(): void {
    if (!this.repository.isConfigured) return;
    this.timer = setInterval(() => void this.trim(), TRIM_INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async trim(): Promise<void> {
    try {
      await this.repository.trimChanges(new Date(Date.now() - KEPT_MS).toISOString());
    } catch (error) {
      this.logger.debug(`Old changes are not removed: ${reasonOf(error as Error)}`);
    }
  }
}
