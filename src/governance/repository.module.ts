import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.ts';
import { DatabaseMaintenance } from './maintenance/database-maintenance.ts';
import { MaintenanceStore } from './maintenance/maintenance-store.ts';
import { GovernanceRepository } from './repository/governance.repository.ts';

@Module({
  imports: [DatabaseModule],
  providers: [GovernanceRepository, MaintenanceStore, DatabaseMaintenance],
  exports: [GovernanceRepository],
})
export class RepositoryModule {}
