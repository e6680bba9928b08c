import { Module } from '@nestjs/common';
import { RoutingModule } from '../routing/routing.module.ts';
import { AwsSessions } from './aws-sessions.ts';
import { BedrockService } from './bedrock.service.ts';
import { ControlPlane } from './control-plane.ts';
import { CredentialsMonitor } from './credentials-monitor.ts';
import { GuardrailService } from './guardrail.service.ts';
import { InvokeService } from './invoke.service.ts';
import { ServiceQuotas } from './service-quotas.ts';
import { TokenCountService } from './token-count.service.ts';

const SERVICES = [
  BedrockService,
  ControlPlane,
  CredentialsMonitor,
  GuardrailService,
  InvokeService,
  ServiceQuotas,
  TokenCountService,
];

@Module({
  imports: [RoutingModule],
  providers: [AwsSessions, ...SERVICES],
  exports: [...SERVICES, RoutingModule],
})
export class BedrockModule {}
