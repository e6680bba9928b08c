import { Module } from '@nestjs/common';
import { CallAttribution } from './attribution/call-attribution.ts';
import { AwsSessions } from './sessions/aws-sessions.ts';
import { BedrockService } from './operations/bedrock.service.ts';
import { ControlPlaneClient } from './control-plane/control-plane.ts';
import { CredentialsMonitor } from './sessions/credentials-monitor.ts';
import { GuardrailService } from './operations/guardrail.service.ts';
import { ServiceQuotasClient } from './control-plane/service-quotas.ts';
import { TokenCountService } from './operations/token-count.service.ts';

const SERVICES = [
  BedrockService,
  ControlPlaneClient,
  CredentialsMonitor,
  GuardrailService,
  ServiceQuotasClient,
  TokenCountService,
];

@Module({ providers: [AwsSessions, CallAttribution, ...SERVICES], exports: SERVICES })
export class BedrockModule {}
