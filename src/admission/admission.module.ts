import { Module } from '@nestjs/common';
import { ApiKeyModule } from '../governance/api-key.module.ts';
import { SharedStateModule } from '../shared-state/shared-state.module.ts';
import { AdmissionService } from './admission.service.ts';
import { UpstreamCalls } from './upstream-calls.service.ts';

@Module({
  imports: [ApiKeyModule, SharedStateModule],
  providers: [AdmissionService, UpstreamCalls],
  exports: [AdmissionService, UpstreamCalls],
})
export class AdmissionModule {}
