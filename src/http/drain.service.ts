import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayConfig } from '../config/gateway-config.ts';

const SWEEP_MS = 100;

/** Lets running requests finish after SIGTERM, for as long as the config grants. */
@Injectable()
export class DrainService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DrainService.name);

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: GatewayConfig,
  ) {}

  beforeApplicationShutdown(signal?: string): void {
    const { graceSeconds } = this.config.shutdown;
    this.logger.log(`${signal ?? 'shutdown'}: draining, running requests have ${graceSeconds} s to finish`);
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const force = setTimeout(() => {
      this.logger.warn('drain: the grace period is over, open connections are cut');
      server.closeAllConnections();
    }, graceSeconds * 1000);
    // Node closes idle connections once; those that fall idle later would hold the process for their keep-alive time.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.once('close', () => {
      clearTimeout(force);
      clearInterval(sweep);
    });
  }
}
