import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { DatabaseService } from './database.service.ts';

@Module({
  providers: [{ provide: DatabaseService, useFactory: connectDatabase, inject: [GatewayConfig] }],
  exports: [DatabaseService],
})
export class DatabaseModule {}

/** Creates the service. Loads Kysely and a driver only where a database is configured. */
async function connectDatabase({ database }: GatewayConfig): Promise<DatabaseService> {
  if (database.url === undefined) return new DatabaseService(database);
  const { openWithSchema } = await import('./opening/open-with-schema.ts');
  const service = new DatabaseService(database, () => openWithSchema(database));
  await service.start();
  return service;
}
