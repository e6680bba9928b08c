import { Module } from '@nestjs/common';
import { StorageModule } from '../../storage/storage.module.ts';
import { QuotaRules } from './quota-rules.ts';
import { QuotaService } from './quota.service.ts';

@Module({ imports: [StorageModule], providers: [QuotaRules, QuotaService], exports: [QuotaRules, QuotaService] })
export class QuotasModule {}
