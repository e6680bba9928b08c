import type { RequestListener, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { ApiDocument } from '../api/docs/api-document.ts';
import { AppModule } from '../app.module.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import type { ConfigSource } from '../config/reload/config-source.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { handleClientError } from '../http/server/client-error.ts';
import { ConnectionsService } from '../http/connections/connections.service.ts';
import { trustProxies } from '../http/connections/trusted-proxies.ts';
import { handleExpectations } from '../http/body/expectations.ts';
import { callPromiseInterceptorsDirectly } from '../http/retry/promise-interceptors.ts';
import { GatewayAdapter } from '../http/server/gateway-adapter.ts';
import { httpsOptions, reloadCertificateOnChange } from '../http/server/tls.ts';
import { RequestRecorder } from '../ledger/recording/request-recorder.ts';
import { AccessLog } from '../telemetry/logging/access-log.ts';
import { demoteNestStartupLogs } from '../telemetry/logging/quiet-nest-logs.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { requestContextMiddleware } from '../http/server/request-context.middleware.ts';

/**
 * Node reads `connectionsCheckingInterval` when the server starts to listen. Its types have it as an option of
 * `createServer` only.
 */
type CheckedServer = Server & { connectionsCheckingInterval?: number };

/** Creates the gateway without listening. With `source`, the gateway applies changes of the configuration. */
export async function createApplication(config: GatewayConfig, source?: ConfigSource): Promise<NestExpressApplication> {
  const { tls } = config.server;
  callPromiseInterceptorsDirectly();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, source),
    new GatewayAdapter(),
    {
      bufferLogs: true,
      bodyParser: false,
      abortOnError: false,
      httpsOptions: tls && httpsOptions(tls),
    },
  );
  const logger = demoteNestStartupLogs(app.get(Logger));
  app.useLogger(logger);
  if (config.bedrock.region === undefined) logger.warn(regionMissing(regionOf(config.bedrock)));
  trustProxies(app.getHttpAdapter().getInstance(), config.server.trustProxy);
  app.use(requestContextMiddleware([app.get(AccessLog), app.get(RequestRecorder)], app.get(GatewayConfig)));
  const live = app.get(LiveConfig);

  if (config.docs.enabled) app.get(ApiDocument).describes(app);

  const server: CheckedServer = app.getHttpServer();
  setTimeouts(server, config);
  live.onChange((next) => () => {
    setTimeouts(server, next);
    trustProxies(app.getHttpAdapter().getInstance(), next.server.trustProxy);
  });
  app.get(ConnectionsService).clients.watch(server);
  handleExpectations(server, app.getHttpAdapter().getInstance() as RequestListener);
  server.on('clientError', handleClientError);
  if (tls)
    server.once('close', reloadCertificateOnChange(server as unknown as TlsServer, tls, app.get(MetricsService)));
  return app;
}

function regionMissing(region: string): string {
  return `no AWS region is configured (bedrock.region, AWS_REGION, the shared AWS config file); using ${region}`;
}

/** Maximum interval in which Node checks the clients' time limits. Node's default of 30 s would double the shorter limit. */
const MAX_CHECK_INTERVAL_MS = 5_000;

/** Sets the time limits of the server. They apply to the client's part of a request; a response may take an hour. */
function setTimeouts(server: CheckedServer, config: Pick<GatewayConfig, 'server' | 'streaming'>): void {
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = config.server;
  server.connectionsCheckingInterval = Math.min(MAX_CHECK_INTERVAL_MS, headersTimeoutMs, requestTimeoutMs);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  // Timeout of a socket without traffic. `stalled-client.ts` decides the consequence for its response.
  server.timeout = config.streaming.clientStallTimeoutSeconds * 1000;
}
