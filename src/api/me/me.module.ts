import { Module } from '@nestjs/common';
import { PrincipalRoles } from '../../governance/administration/principal-roles.ts';
import { ApiKeyModule } from '../../governance/api-key.module.ts';
import { ModelsModule } from '../../models/models.module.ts';
import { MeController } from './me.controller.ts';

/** Provides `GET /v1/me`. */
@Module({ imports: [ApiKeyModule, ModelsModule], controllers: [MeController], providers: [PrincipalRoles] })
export class MeModule {}
