import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { handleExpectations } from '../body/expectations.ts';
import { ConnectionsService } from '../connections/connections.service.ts';
import { markAdminSocket } from './admin-port.ts';
import { handleClientError } from './client-error.ts';
import { httpsOptions } from './tls.ts';

const CHECK_MS = 1_000;

/** Serves the admin API on a separate port, with the certificate of the clients' port. Other paths are unknown there. */
@Injectable()
export class AdminServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(AdminServer.name);
  private server?: Server;

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
    private readonly connections: ConnectionsService,
  ) {}

  /** The port in use; undefined if the admin API has none. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | undefined)?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { admin, server: clients } = this.config;
    if (admin.port === undefined) return;
    const application = this.host.httpAdapter.getInstance<RequestListener>();
    const timeouts = { headersTimeout: clients.headersTimeoutMs, requestTimeout: clients.requestTimeoutMs };
    const options = { connectionsCheckingInterval: CHECK_MS, ...timeouts };
    const { tls } = clients;
    const server = tls
      ? createTlsServer({ ...options, ...httpsOptions(tls) }, application)
      : createServer(options, application);
    this.server = server;
    handleExpectations(server, application);
    server.on('clientError', handleClientError);
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => markAdminSocket(socket));
    this.connections.clients.watch(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(admin.port, admin.host, () => resolve());
    });
    this.logger.log(`serving the admin API on ${admin.host}:${this.port}`);
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
