import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BedrockModule } from '../../bedrock/bedrock.module.ts';
import { AdmissionModule } from '../../admission/admission.module.ts';
import { ApiKeyModule } from '../../governance/api-key.module.ts';
import { DrainModule } from '../../http/drain/drain.module.ts';
import { CapacityHealthIndicator } from './capacity.health.ts';
import { CredentialsHealthIndicator } from './credentials.health.ts';
import { GovernanceHealthIndicator } from './governance.health.ts';
import { HealthController } from './health.controller.ts';
import { DrainHealthIndicator } from './drain.health.ts';
import { StartupHealthIndicator } from './startup.health.ts';

@Module({
  // Without Terminus' logger, because the response contains the failures and a log line for every probe would only repeat
  // them.
  imports: [TerminusModule.forRoot({ logger: false }), BedrockModule, AdmissionModule, ApiKeyModule, DrainModule],
  controllers: [HealthController],
  providers: [
    GovernanceHealthIndicator,
    StartupHealthIndicator,
    DrainHealthIndicator,
    CredentialsHealthIndicator,
    CapacityHealthIndicator,
  ],
})
export class HealthModule {}
