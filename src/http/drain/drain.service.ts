import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { ConnectionsService } from '../connections/connections.service.ts';
import { HttpRequestContext } from '../context/http-request-context.ts';

/** Milliseconds before an idle connection is closed, because its next request may be in transit. */
const LINGER_MS = 1_000;
/** Milliseconds after the grace period for sending errors. */
const FINAL_ERRORS_MS = 2_000;
const TICK_MS = 50;

/**
 * Shuts down without interrupting requests. Readiness fails at once, while the gateway still accepts requests until load
 * balancers have noticed. Then it accepts no new connections and waits for running requests. After the grace period, the
 * remaining requests end with an error. docs/deploys.md has the timeline.
 */
@Injectable()
export class DrainService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DrainService.name);
  private drained?: Promise<void>;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
    private readonly connections: ConnectionsService,
  ) {}

  get draining(): boolean {
    return this.drained !== undefined;
  }

  /** Drains when the application closes without a signal, too. */
  beforeApplicationShutdown(): Promise<void> {
    return this.drain();
  }

  /**
   * Resolves when no request runs any more. Further calls return the same promise. The delay applies to SIGTERM only: a load
   * balancer needs time to notice, a user who presses Ctrl-C does not.
   */
  drain(signal?: NodeJS.Signals): Promise<void> {
    const { drainDelaySeconds } = this.config.shutdown;
    this.drained ??= this.run(signal ?? 'shutdown', signal === 'SIGTERM' ? drainDelaySeconds : 0);
    return this.drained;
  }

  private async run(trigger: string, delaySeconds: number): Promise<void> {
    const { graceSeconds } = this.config.shutdown;
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const begunAt = performance.now();
    this.metrics.drainBegan();
    this.logger.log(
      `${trigger}: draining: accepting connections for another ${delaySeconds} s, ` +
        `then running requests have ${graceSeconds} s to finish`,
    );
    this.retireConnections(server);
    await sleep(delaySeconds * 1000);
    await stopAccepting(server);
    const lingerMs = delaySeconds > 0 ? LINGER_MS : 0;
    if (!(await this.waitUntilIdle(graceSeconds * 1000, lingerMs))) await this.endRunning();
    // Includes connections in a TLS handshake, which would keep the process from ending.
    this.connections.clients.destroyAll();
    this.logger.log(`drained in ${((performance.now() - begunAt) / 1000).toFixed(1)} s`);
  }

  /**
   * Closes each connection after its next response, so that clients open new ones to other replicas. The headers of streams
   * in progress have been sent; their connections may be used for one more request.
   */
  private retireConnections(server: Server): void {
    for (const context of this.metrics.open) context.header('connection', 'close');
    // Registered before the application's listener, and only during a drain, so that requests cost nothing more otherwise.
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('connection', 'close');
    });
  }

  /** Returns true once no request has run for `lingerMs`. Returns false if requests still run after `timeoutMs`. */
  private async waitUntilIdle(timeoutMs: number, lingerMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    let idleSince = performance.now();
    for (;;) {
      const now = performance.now();
      const busy = this.metrics.open.size > 0;
      if (busy) idleSince = now;
      if (!busy && now - idleSince >= lingerMs) return true;
      if (now >= end) return !busy;
      await sleep(TICK_MS);
    }
  }

  /** Cancels all requests repeatedly, because open connections may bring new ones until they are closed. */
  private async endRunning(): Promise<void> {
    const { open } = this.metrics;
    this.logger.warn(`drain: the grace period is over, ending ${open.size} request(s)`);
    for (const end = performance.now() + FINAL_ERRORS_MS; open.size > 0 && performance.now() < end;) {
      for (const context of open) if (context instanceof HttpRequestContext) context.cancel(shuttingDown());
      await sleep(TICK_MS);
    }
  }
}

/**
 * Closes the listening socket only. `http.Server.close` would also destroy idle connections, on which a request may be in
 * transit, and stop the timeouts of slow requests.
 */
async function stopAccepting(server: Server): Promise<void> {
  // Waits until the event loop has accepted all established connections; those that still wait at the socket are reset.
  await nextTurn();
  TcpServer.prototype.close.call(server);
}

function shuttingDown(): GatewayError {
  return new GatewayError({
    code: 'server_shutting_down',
    message: 'The gateway is shutting down and has canceled the request. Send it again.',
    retryAfter: 1,
  });
}
