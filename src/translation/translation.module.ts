import { Module } from '@nestjs/common';

import { MediaModule } from '../media/media.module.ts';
import { QuotasModule } from '../routing/quotas/quotas.module.ts';
import { SharedStateModule } from '../shared-state/shared-state.module.ts';
import { TranslationService } from './translation.service.ts';

/** Provides the translators. The global `ConfigModule` provides `GatewayConfig`. */
@Module({
  imports: [MediaModule, QuotasModule, SharedStateModule],
  providers: [TranslationService],
  exports: [TranslationService],
})
export class TranslationModule {}
