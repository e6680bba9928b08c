import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module.ts';
import { BedrockModule } from '../../bedrock/bedrock.module.ts';
import { RetryModule } from '../../retry/retry.module.ts';
import { ModerationsController } from './moderations.controller.ts';

@Module({ imports: [AdmissionModule, BedrockModule, RetryModule], controllers: [ModerationsController] })
export class ModerationsModule {}
