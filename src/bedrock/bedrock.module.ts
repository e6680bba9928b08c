import { Module } from '@nestjs/common';
import { AwsSessions } from './aws-sessions.ts';
import { BedrockService } from './bedrock.service.ts';
import { CredentialsMonitor } from './credentials-monitor.ts';

@Module({
  providers: [AwsSessions, BedrockService, CredentialsMonitor],
  exports: [BedrockService, CredentialsMonitor],
})
export class BedrockModule {}
