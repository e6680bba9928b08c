import { Module } from '@nestjs/common';
import { ApiKeyService } from './api-key.service.ts';
import { GovernanceModule } from './governance.module.ts';
import { RevokedKeys } from './revoked-keys.service.ts';

@Module({
  imports: [GovernanceModule],
  providers: [ApiKeyService, RevokedKeys],
  exports: [ApiKeyService, GovernanceModule],
})
export class ApiKeyModule {}
