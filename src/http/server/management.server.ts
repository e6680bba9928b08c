import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError, toErrorBody } from '../../errors/errors.ts';
import { handleClientError } from './client-error.ts';
import { ConnectionsService } from '../connections/connections.service.ts';
import { handleExpectations } from '../body/expectations.ts';
import { announceUnread, discardUnread } from '../body/unread-body.ts';

/** Paths of the management port. */
const MANAGEMENT_PATH = /^\/(health|livez|readyz|healthz|metrics)(?=[/?]|$)/;

/** Probes and scrapes are short, so slower requests are ended. */
const REQUEST_TIMEOUT_MS = 10_000;
const CHECK_MS = 1_000;

const managementSockets = new WeakSet<Socket>();

/** Returns true if a request arrived at the management port. */
export function isManagementRequest(request: IncomingMessage): boolean {
  return managementSockets.has(request.socket);
}

/**
 * Serves probes and Prometheus on a second port of the same application, which a Service need not expose to clients. It
 * opens before the clients' port and closes after it, so that a draining process still reports its state.
 */
@Injectable()
export class ManagementServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ManagementServer.name);
  private server?: Server;

  constructor(
    private readonly config: GatewayConfig,
    private readonly host: HttpAdapterHost,
    private readonly connections: ConnectionsService,
  ) {}

  /** The port in use; undefined if there is none. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | undefined)?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { port, host } = this.config.management;
    if (port === undefined) return;
    const application = this.host.httpAdapter.getInstance<RequestListener>();
    const listener: RequestListener = (request, response) => {
      if (MANAGEMENT_PATH.test(request.url ?? '')) application(request, response);
      else refuse(request, response);
    };
    this.server = createServer({ connectionsCheckingInterval: CHECK_MS }, listener);
    handleExpectations(this.server, listener);
    this.server.headersTimeout = REQUEST_TIMEOUT_MS;
    this.server.requestTimeout = REQUEST_TIMEOUT_MS;
    this.server.timeout = REQUEST_TIMEOUT_MS;
    this.server.on('clientError', handleClientError);
    this.server.on('connection', (socket) => managementSockets.add(socket));
    this.connections.management.watch(this.server);
    await listening(this.server, port, host);
    this.logger.log(`serving probes and metrics on ${host}:${this.port}`);
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.connections.management.destroyAll();
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const error = new GatewayError({
    code: 'unknown_url',
    message: 'The management port serves /health and /metrics only.',
  });
  announceUnread(request, response);
  response.once('close', () => discardUnread(request));
  response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify(toErrorBody(error)));
}
