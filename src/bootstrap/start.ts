import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { createApplication } from './application.ts';
import { ConfigError, toOneLine } from '../config/settings/config-error.ts';
import { readEnvironmentFile } from '../config/environment-file.ts';
import { keyCount } from '../config/keys-file/with-file-keys.ts';
import { maskSecrets } from '../config/mask-secrets.ts';
import { ConfigSource } from '../config/reload/config-source.ts';
import { withSourceLocations } from '../errors/source-frames.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { FORMER_NAMES_END } from '../config/settings/renamed-settings.ts';
import { endOnFault } from './end-on-fault.ts';
import { openFileWarning } from './open-file-limit.ts';
import { releaseIdleMemory } from './release-idle-memory.ts';
import { shutDownOnSignals } from './shut-down-on-signals.ts';
import { GovernanceService } from '../governance/governance.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { tuneV8 } from './tune-v8.ts';

try {
  readEnvironmentFile('.env');
  const source = await ConfigSource.open(process.env);
  const { config, warnings = [] } = source.accepted;
  const app = await createApplication(config, source);
  await app.init();
  // Delivers signals that arrived while the event loop was busy: before the gateway listens, a signal ends the process at once.
  await nextTurn();
  shutDownOnSignals(app);
  endOnFault();
  const { server, auth, bedrock } = config;
  await app.listen(server.port, server.host);
  tuneV8();
  const { open } = app.get(MetricsService);
  releaseIdleMemory(() => open.size === 0);
  const logger = new Logger('outcrop');
  const keys = keyCount(auth) + app.get(GovernanceService).keyCount;
  const upstream = bedrock.endpoint ?? `Bedrock in ${regionOf(bedrock)}`;
  logger.log(`listening on ${server.host}:${server.port}, upstream ${upstream}, ${keys} API key(s)`);
  const fileWarning = openFileWarning(config);
  if (fileWarning !== undefined) logger.warn(fileWarning);
  for (const { path, message } of warnings) logger.warn(`${path}: ${message}`);
  if (config.deprecatedNames.emit) {
    logger.warn(
      `deprecatedNames.emit: former names of metrics, log fields, log events and adjustments are emitted beside the present ones until release ${FORMER_NAMES_END}`,
    );
  }
  if (keys === 0 && auth.jwt.length === 0 && config.database.url === undefined) {
    logger.warn(
      'no API keys are configured, so every request is rejected. Create one: npm run key:create -- --name NAME',
    );
  }
} catch (error) {
  const description = describeStartError(error);
  const text = typeof description === 'string' ? description : withSourceLocations(inspect(description));
  console.error(maskSecrets(text));
  process.exit(1);
}

/**
 * Returns a message for an error of the settings, a port in use or a database in use. Returns any other error itself, so that its stack is
 * logged.
 */
function describeStartError(error: unknown): unknown {
  if (error instanceof ConfigError) return process.stderr.isTTY ? error.message : toOneLine(error.message.split('\n'));
  // The class is part of the SQLite driver, which most gateways do not load.
  if (error instanceof Error && error.name === 'SqliteLockedError') return error.message;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `${address}:${port} is in use, perhaps by another gateway. Set PORT to use another port.`;
  return error;
}
