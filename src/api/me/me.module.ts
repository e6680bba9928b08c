import { Module } from '@nestjs/common';
import { PrincipalRoles } from '../../governance/administration/principal-roles.ts';
import { ApiKeyModule } from '../../governance/api-key.module.ts';
import { ModelsModule } from '../../models/models.module.ts';
import { MeController } from './me.controller.ts';
import { MyUsageController } from './my-usage.controller.ts';

/** Provides `GET /v1/me` and `GET /v1/me/usage`. */
@Module({
  imports: [ApiKeyModule, ModelsModule],
  controllers: [MeController, MyUsageController],
  providers: [PrincipalRoles],
})
export class MeModule {}
