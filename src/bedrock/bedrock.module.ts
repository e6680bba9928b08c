import { Module } from '@nestjs/common';
import { RoutingModule } from '../routing/routing.module.ts';
import { AwsSessions } from './sessions/aws-sessions.ts';
import { BedrockService } from './operations/bedrock.service.ts';
import { ControlPlane } from './control-plane/control-plane.ts';
import { CredentialsMonitor } from './sessions/credentials-monitor.ts';
import { GuardrailService } from './operations/guardrail.service.ts';
import { InvokeService } from './operations/invoke.service.ts';
import { ServiceQuotas } from './control-plane/service-quotas.ts';
import { TokenCountService } from './operations/token-count.service.ts';

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
