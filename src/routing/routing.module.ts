import { Module } from '@nestjs/common';
import { RoutingService } from './routing.service.ts';

/** Which of a route's targets gets a request. */
@Module({ providers: [RoutingService], exports: [RoutingService] })
export class RoutingModule {}
