import { Module } from '@nestjs/common';
import { ConnectionsService } from './connections.service.ts';

@Module({ providers: [ConnectionsService], exports: [ConnectionsService] })
export class ConnectionsModule {}
