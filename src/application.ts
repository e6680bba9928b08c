import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { ApiDocument } from './api/docs/api-document.ts';
import { AppModule } from './app.module.ts';
import { GatewayConfig, type ServerConfig } from './config/gateway-config.ts';
import { LiveConfig } from './config/live-config.ts';
import type { ConfigSource } from './config/reload/config-source.ts';
import { regionOf } from './config/sections/bedrock-config.ts';
import { callMiddleware } from './http/call.middleware.ts';
import { answerClientError } from './http/client-error.ts';
import { GatewayAdapter } from './http/gateway-adapter.ts';
import { jsonBody } from './http/json-body.ts';
import { httpsOptions, reloadOnChange } from './http/tls.ts';
import { AccessLog } from './telemetry/access-log.ts';
import { withoutChatter } from './telemetry/chatter.ts';
import { MetricsService } from './telemetry/metrics.service.ts';

/** The whole gateway, ready to listen. It follows the changes of `source`, where there is one. */
export async function createApplication(config: GatewayConfig, source?: ConfigSource): Promise<NestExpressApplication> {
  const { tls } = config.server;
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
  const logger = withoutChatter(app.get(Logger));
  app.useLogger(logger);
  if (config.bedrock.region === undefined) logger.warn(regionMissing(regionOf(config.bedrock)));
  app.use(callMiddleware(app.get(AccessLog)));
  const live = app.get(LiveConfig);
  app.use(jsonBody(() => live.view.server.bodyLimitBytes));

  if (config.docs.enabled) app.get(ApiDocument).describes(app);

  const server: Server = app.getHttpServer();
  setTimeouts(server, config.server);
  live.onChange((next) => () => setTimeouts(server, next.server));
  server.on('clientError', answerClientError);
  if (tls) server.once('close', reloadOnChange(server as unknown as TlsServer, tls, app.get(MetricsService)));
  return app;
}

function regionMissing(region: string): string {
  return `nothing names an AWS region (bedrock.region, AWS_REGION, the shared AWS config file): using ${region}`;
}

/** A response may take an hour; only the client's part has limits here. */
function setTimeouts(server: Server, config: ServerConfig): void {
  server.headersTimeout = config.headersTimeoutMs;
  server.requestTimeout = config.requestTimeoutMs;
  server.keepAliveTimeout = config.keepAliveTimeoutMs;
  server.timeout = 0;
}
