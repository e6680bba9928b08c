import { Module } from '@nestjs/common';
import { QuotasModule } from './quotas/quotas.module.ts';
import { RoutingService } from './routing.service.ts';

/** Provides the choice among the targets of a route. */
@Module({ imports: [QuotasModule], providers: [RoutingService], exports: [RoutingService] })
export class RoutingModule {}
