import { Module } from '@nestjs/common';
import { StorageModule } from '../../storage/storage.module.ts';
import { QuotaService } from './quota.service.ts';

@Module({ imports: [StorageModule], providers: [QuotaService], exports: [QuotaService] })
export class QuotasModule {}
