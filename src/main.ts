import 'reflect-metadata';
import { createApplication } from './application.ts';
import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load-config.ts';
import { withSharedRegion } from './config/shared-region.ts';

try {
  const config = await withSharedRegion(loadConfig(process.env));
  const app = await createApplication(config);
  await app.listen(config.server.port, config.server.host);
} catch (error) {
  // A mistake in the settings is told in words; anything else is a fault and shows where.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
