import { Module } from '@nestjs/common';
import { QuotasModule } from './quotas/quotas.module.ts';
import { RoutingService } from './routing.service.ts';

/** Which of a route's targets gets a request. */
@Module({ imports: [QuotasModule], providers: [RoutingService], exports: [RoutingService] })
export class RoutingModule {}
