import { Module } from '@nestjs/common';

import { MediaModule } from '../media/media.module.ts';
import { StorageModule } from '../storage/storage.module.ts';
import { TranslationService } from './translation.service.ts';

/** `GatewayConfig` comes from the global config module. */
@Module({ imports: [MediaModule, StorageModule], providers: [TranslationService], exports: [TranslationService] })
export class TranslationModule {}
