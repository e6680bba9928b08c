import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';

/** Fails until the configuration is loaded and all modules have started. */
@Injectable()
export class StartupHealthIndicator implements ReadinessIndicator, OnApplicationBootstrap {
  private hasStarted = false;

  onApplicationBootstrap(): void {
    this.hasStarted = true;
  }

  check(): ReadinessResult {
    return this.hasStarted ? { ok: true } : { ok: false, reason: 'starting' };
  }
}
