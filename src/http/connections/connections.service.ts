import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express } from 'express';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { LineBudget } from '../../telemetry/logging/line-budget.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { ConnectionGuard, type ConnectionRefusal } from './connection-guard.ts';
import { MANAGEMENT_CONNECTIONS, maxConnections, maxUnauthenticatedPerAddress } from './connection-limits.ts';
import { createConnectionMetrics } from './connection-metrics.ts';
import { isTrustedPeer } from './trusted-proxies.ts';

/** Time limit for a TLS handshake. Clients need two round trips. */
const HANDSHAKE_MS = 10_000;
const LINES_PER_SECOND = 1;
/**
 * Kubernetes and Prometheus need a handful of connections. The limit for each address protects them from other clients in
 * the network.
 */
const MANAGEMENT_CONNECTIONS_PER_ADDRESS = 32;

/** Manages the connections of the two ports and their limits. */
@Injectable()
export class ConnectionsService implements OnApplicationShutdown {
  readonly clients: ConnectionGuard;
  readonly management: ConnectionGuard;
  private readonly logger = new Logger('connections');
  private readonly budget = new LineBudget(LINES_PER_SECOND, (notWritten) => {
    this.logger.warn({ event: 'connection_rejected', notWritten });
  });

  constructor(config: GatewayConfig, metrics: MetricsService, host: HttpAdapterHost) {
    const isTrusted = (address: string): boolean =>
      isTrustedPeer(host.httpAdapter.getInstance<Express>(), config.server.trustProxy, address);
    const refused = createConnectionMetrics(metrics.registry, () => ({
      open: this.clients.size,
      unauthenticated: this.clients.unauthenticatedCount,
    }));
    this.clients = new ConnectionGuard({
      handshakeMs: () => Math.min(HANDSHAKE_MS, config.server.headersTimeoutMs),
      maxConnections: () => maxConnections(config.server),
      maxUnauthenticatedPerAddress: () => maxUnauthenticatedPerAddress(config.server),
      isTrusted,
      refused: (reason, address) => {
        refused.inc({ reason });
        this.log(reason, address, 'clients');
      },
    });
    this.management = new ConnectionGuard({
      handshakeMs: () => HANDSHAKE_MS,
      maxConnections: () => MANAGEMENT_CONNECTIONS,
      maxUnauthenticatedPerAddress: () => MANAGEMENT_CONNECTIONS_PER_ADDRESS,
      isTrusted: () => false,
      refused: (reason, address) => this.log(reason, address, 'management'),
    });
  }

  onApplicationShutdown(): void {
    this.budget.flush();
  }

  private log(reason: ConnectionRefusal, address: string | undefined, port: 'clients' | 'management'): void {
    if (this.budget.take()) this.logger.warn({ event: 'connection_rejected', reason, address, port });
  }
}
