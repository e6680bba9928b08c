import { Module } from '@nestjs/common';

import { StorageModule } from '../storage/storage.module.ts';
import { TranslationService } from './translation.service.ts';

/** `GatewayConfig` comes from the global config module. */
@Module({ imports: [StorageModule], providers: [TranslationService], exports: [TranslationService] })
export class TranslationModule {}
