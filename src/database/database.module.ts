import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import type { OpenDatabase } from './connection/database-connection.ts';
import { DatabaseMetrics } from './database-metrics.ts';
import { DatabaseService } from './database.service.ts';

@Module({
  providers: [{ provide: DatabaseService, useFactory: connectDatabase, inject: [GatewayConfig, MetricsService] }],
  exports: [DatabaseService],
})
export class DatabaseModule {}

/** Creates the service. Loads Kysely and a driver only where a database is configured. */
async function connectDatabase({ database }: GatewayConfig, { registry }: MetricsService): Promise<DatabaseService> {
  const isConfigured = database.url !== undefined;
  if (isConfigured && database.caFile !== undefined) await checkCaFile(database.caFile);
  const service = new DatabaseService(database, isConfigured ? () => openLazily(database) : undefined);
  service.metrics = new DatabaseMetrics(registry, () => service);
  await service.start();
  return service;
}

/** Throws a ConfigError for a file without certificates, with which no attempt can succeed. */
async function checkCaFile(file: string): Promise<void> {
  const { readCaFile } = await import('./postgres/ca-file.ts');
  readCaFile(file);
}

async function openLazily(config: GatewayConfig['database']): Promise<OpenDatabase> {
  const { openWithSchema } = await import('./opening/open-with-schema.ts');
  return openWithSchema(config);
}
