import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayConfig } from '../config/gateway-config.ts';

/** Lets running requests finish after SIGTERM, for as long as the config grants. */
@Injectable()
export class DrainService implements BeforeApplicationShutdown {
  /** True from the signal on: not ready, and answers close their connections. */
  draining = false;
  private readonly logger = new Logger(DrainService.name);

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: GatewayConfig,
  ) {}

  beforeApplicationShutdown(signal?: string): void {
    this.draining = true;
    const { graceSeconds } = this.config.shutdown;
    this.logger.log(`${signal ?? 'shutdown'}: draining, running requests have ${graceSeconds} s to finish`);
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const force = setTimeout(() => {
      this.logger.warn('drain: the grace period is over, open connections are cut');
      server.closeAllConnections();
    }, graceSeconds * 1000);
    server.once('close', () => clearTimeout(force));
  }
}
