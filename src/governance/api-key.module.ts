import { Module } from '@nestjs/common';
import { ApiKeyService } from './api-key.service.ts';
import { GovernanceModule } from './governance.module.ts';
import { RevokedKeys } from './revoked-keys.service.ts';
import { TokenVerifier } from './tokens/token-verifier.service.ts';

@Module({
  imports: [GovernanceModule],
  providers: [ApiKeyService, RevokedKeys, TokenVerifier],
  exports: [ApiKeyService, GovernanceModule, TokenVerifier],
})
export class ApiKeyModule {}
