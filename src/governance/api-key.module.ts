import { Module } from '@nestjs/common';
import { ApiKeyService } from './api-key.service.ts';
import { RevokedKeys } from './revoked-keys.service.ts';

@Module({ providers: [ApiKeyService, RevokedKeys], exports: [ApiKeyService] })
export class ApiKeyModule {}
