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

/** A connection that fell idle a moment ago may have its next request on the way: it is not cut before. */
const LINGER_MS = 1_000;
/** For error frames and refusals to leave, once the grace is over. */
const LAST_WORDS_MS = 2_000;
const TICK_MS = 50;

/**
 * Stops without breaking anybody's request. Not ready at once; goes on accepting while load balancers learn of it;
 * then takes no more connections and lets what runs finish; what is left after the grace is told so and ended.
 * docs/deploys.md has it as a timeline.
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

  /** Closing the application without a signal drains, too. */
  beforeApplicationShutdown(): Promise<void> {
    return this.drain();
  }

  /**
   * Resolves when nothing runs any more; begins once, whoever calls. Only SIGTERM has a load balancer behind it that
   * has to learn; Ctrl-C has a person who waits.
   */
  drain(signal?: NodeJS.Signals): Promise<void> {
    const { drainDelaySeconds } = this.config.shutdown;
    this.drained ??= this.run(signal ?? 'shutdown', signal === 'SIGTERM' ? drainDelaySeconds : 0);
    return this.drained;
  }

  private async run(occasion: string, delaySeconds: number): Promise<void> {
    const { graceSeconds } = this.config.shutdown;
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const begunAt = performance.now();
    this.metrics.drainBegan();
    this.logger.log(
      `${occasion}: draining, accepting for ${delaySeconds} s more, ` +
        `then running requests have ${graceSeconds} s to finish`,
    );
    this.retireConnections(server);
    await sleep(delaySeconds * 1000);
    await stopAccepting(server);
    const lingerMs = delaySeconds > 0 ? LINGER_MS : 0;
    if (!(await this.quiet(graceSeconds * 1000, lingerMs))) await this.endRunning();
    // Also those that are not HTTP yet: handshakes of TLS would keep the server, and the process, from ending.
    this.connections.clients.destroyAll();
    this.logger.log(`drained in ${((performance.now() - begunAt) / 1000).toFixed(1)} s`);
  }

  /**
   * Every answer from now on is the last on its connection: clients open the next one where they are sent to.
   * Streams that have begun cannot be told; their connections may be used once more.
   */
  private retireConnections(server: Server): void {
    for (const context of this.metrics.open) context.header('connection', 'close');
    // Before the application's own listener, and only now: a request costs nothing more while nobody drains.
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('connection', 'close');
    });
  }

  /** True when nothing has been running for `lingerMs`, false when `patienceMs` are over before. */
  private async quiet(patienceMs: number, lingerMs: number): Promise<boolean> {
    const end = performance.now() + patienceMs;
    let quietSince = performance.now();
    for (;;) {
      const now = performance.now();
      const busy = this.metrics.open.size > 0;
      if (busy) quietSince = now;
      if (!busy && now - quietSince >= lingerMs) return true;
      if (now >= end) return !busy;
      await sleep(TICK_MS);
    }
  }

  /** Again and again, because open connections may bring new requests until they are closed. */
  private async endRunning(): Promise<void> {
    const { open } = this.metrics;
    this.logger.warn(`drain: the grace is over, ${open.size} request(s) are ended`);
    for (const end = performance.now() + LAST_WORDS_MS; open.size > 0 && performance.now() < end;) {
      for (const context of open) if (context instanceof HttpRequestContext) context.cancel(shuttingDown());
      await sleep(TICK_MS);
    }
  }
}

/**
 * Closes the listening socket alone. `http.Server.close` would also destroy idle connections, on which a request may
 * be on its way, and stop watching over slow requests.
 */
async function stopAccepting(server: Server): Promise<void> {
  // Right after the loop has accepted all that had connected: what still waits at the socket is reset with it.
  await nextTurn();
  TcpServer.prototype.close.call(server);
}

function shuttingDown(): GatewayError {
  return new GatewayError({
    code: 'server_shutting_down',
    message: 'This replica of the gateway is shutting down and could not wait for the answer. Send the request again.',
    retryAfter: 1,
  });
}
