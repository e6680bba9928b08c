import { Injectable } from '@nestjs/common';
import { AdmissionService } from '../../admission/admission.service.ts';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';

/** Fails while the process is overloaded, so that it receives no requests until it has capacity again. */
@Injectable()
export class CapacityHealthIndicator implements ReadinessIndicator {
  constructor(private readonly admission: AdmissionService) {}

  check(): ReadinessResult {
    const reason = this.admission.overloadReason;
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }
}
