import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { createApplication } from './application.ts';
import { ConfigError } from './config/config-error.ts';
import { GatewayConfig } from './config/gateway-config.ts';

try {
  const app = await createApplication();
  const { server, auth, bedrock } = app.get(GatewayConfig);
  await app.listen(server.port, server.host);
  const logger = new Logger('outcrop');
  const upstream = bedrock.endpoint ?? `Bedrock in ${bedrock.region ?? 'the region of the AWS profile'}`;
  logger.log(`listening on ${server.host}:${server.port}, upstream ${upstream}, ${auth.keys.length} API key(s)`);
  if (auth.keys.length === 0) {
    logger.warn('no API keys are configured, every request will be refused: npm run key:create -- --name NAME');
  }
} catch (error) {
  // A mistake in the settings is told in words; anything else is a fault and shows where.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
