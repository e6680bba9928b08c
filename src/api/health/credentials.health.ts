import { Injectable } from '@nestjs/common';
import { CredentialsMonitor } from '../../bedrock/sessions/credentials-monitor.ts';
import { ReadinessService } from './readiness.service.ts';

/** Without AWS credentials no request can be answered: not ready. */
@Injectable()
export class CredentialsHealthIndicator {
  constructor(readiness: ReadinessService, credentials: CredentialsMonitor) {
    readiness.register('credentials', () => credentials.state);
  }
}
