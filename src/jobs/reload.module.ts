import { Module } from '@nestjs/common';
import { ConfigReload } from './config-reload.service.ts';

/** The live configuration, its source and the metrics come from global modules. */
@Module({ providers: [ConfigReload] })
export class ReloadModule {}
