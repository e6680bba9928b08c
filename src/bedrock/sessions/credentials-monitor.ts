import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { AwsSessions } from './aws-sessions.ts';

const CHECK_INTERVAL_MS = 30_000;

/** Result of the last check. `detail` may contain names of files, roles and hosts. */
export type CredentialsState = { ok: true } | { ok: false; reason: string; detail?: string };

/** Checks regularly whether AWS credentials are available, without calling a model. The readiness check reads `state`. */
@Injectable()
export class CredentialsMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  state: CredentialsState = { ok: false, reason: 'AWS credentials have not been resolved yet' };
  private readonly logger = new Logger(CredentialsMonitor.name);
  private readonly sessions: AwsSessions;
  private readonly config: GatewayConfig;
  private timer?: NodeJS.Timeout;

  constructor(sessions: AwsSessions, config: GatewayConfig) {
    this.sessions = sessions;
    this.config = config;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS).unref();
    await this.check();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Resolves the credentials through the SDK's provider chain, which refreshes those that are about to expire. */
  async check(): Promise<void> {
    const before = this.state.ok;
    try {
      await this.sessions.of({ region: regionOf(this.config.bedrock) }).check();
      this.state = { ok: true };
      if (!before) this.logger.log('AWS credentials resolved');
    } catch (error) {
      const { cause = error } = error as Error;
      const { message } = cause as Error;
      this.state = { ok: false, reason: 'AWS credentials cannot be resolved', detail: message };
      this.logger.error(`not ready: AWS credentials: ${message}`);
    }
  }
}
