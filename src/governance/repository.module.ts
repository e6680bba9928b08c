import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.ts';
import { ChangeTrimmer } from './repository/change-trimmer.ts';
import { GovernanceRepository } from './repository/governance.repository.ts';

@Module({
  imports: [DatabaseModule],
  providers: [GovernanceRepository, ChangeTrimmer],
  exports: [GovernanceRepository],
})
export class RepositoryModule {}
