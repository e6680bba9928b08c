import { Module } from '@nestjs/common';

import { TranslationService } from './translation.service.ts';

/** `GatewayConfig` comes from the global config module. */
@Module({ providers: [TranslationService], exports: [TranslationService] })
export class TranslationModule {}
