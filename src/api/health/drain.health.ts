import { Injectable } from '@nestjs/common';
import { DrainService } from '../../http/drain/drain.service.ts';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';

/** Fails while the process shuts down. */
@Injectable()
export class DrainHealthIndicator implements ReadinessIndicator {
  constructor(private readonly drain: DrainService) {}

  check(): ReadinessResult {
    return this.drain.draining ? { ok: false, reason: 'shutting down' } : { ok: true };
  }
}
