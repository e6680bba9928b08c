import { Injectable } from '@nestjs/common';
import { AdmissionService } from '../../admission/admission.service.ts';
import { ReadinessService } from './readiness.service.ts';

/** A process that is about to drown gets no more requests until it has room again: not ready. */
@Injectable()
export class CapacityHealthIndicator {
  constructor(readiness: ReadinessService, admission: AdmissionService) {
    readiness.register('capacity', () => {
      const reason = admission.overloadReason;
      return reason === undefined ? { ok: true } : { ok: false, reason };
    });
  }
}
