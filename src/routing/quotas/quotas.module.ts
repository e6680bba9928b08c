import { Module } from '@nestjs/common';
import { SharedStateModule } from '../../shared-state/shared-state.module.ts';
import { OutputDefault } from './estimates/output-default.ts';
import { QuotaRules } from './quota-rules.ts';
import { QuotaService } from './quota.service.ts';

@Module({
  imports: [SharedStateModule],
  providers: [OutputDefault, QuotaRules, QuotaService],
  exports: [OutputDefault, QuotaRules, QuotaService],
})
export class QuotasModule {}
