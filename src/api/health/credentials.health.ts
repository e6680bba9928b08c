import { Injectable } from '@nestjs/common';
import { CredentialsMonitor } from '../../bedrock/sessions/credentials-monitor.ts';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';

/** Fails without AWS credentials, because the process can answer no request without them. */
@Injectable()
export class CredentialsHealthIndicator implements ReadinessIndicator {
  constructor(private readonly credentials: CredentialsMonitor) {}

  check(): ReadinessResult {
    return this.credentials.state;
  }
}
