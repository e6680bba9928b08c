import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module.ts';
import { AccountingModule } from '../../inference/accounting/accounting.module.ts';
import { BedrockModule } from '../../bedrock/bedrock.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { ModerationsController } from './moderations.controller.ts';

@Module({
  imports: [AccountingModule, AdmissionModule, BedrockModule, RetryModule],
  controllers: [ModerationsController],
})
export class ModerationsModule {}
