import { Module } from '@nestjs/common';

import { MediaModule } from '../media/media.module.ts';
import { QuotasModule } from '../routing/quotas/quotas.module.ts';
import { SharedStateModule } from '../shared-state/shared-state.module.ts';
import { TranslationService } from './translation.service.ts';

/** `GatewayConfig` comes from the global config module. */
@Module({
  imports: [MediaModule, QuotasModule, SharedStateModule],
  providers: [TranslationService],
  exports: [TranslationService],
})
export class TranslationModule {}
