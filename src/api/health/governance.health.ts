import { Injectable } from '@nestjs/common';
import { GovernanceService } from '../../governance/governance.service.ts';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';

/** Fails while the teams and keys of the database have never been known. An outage after that changes nothing. */
@Injectable()
export class GovernanceHealthIndicator implements ReadinessIndicator {
  constructor(private readonly governance: GovernanceService) {}

  check(): ReadinessResult {
    if (!this.governance.isMissing) return { ok: true };
    return { ok: false, reason: 'the teams and keys of the database are not loaded yet' };
  }
}
