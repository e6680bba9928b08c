import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.ts';
import { DrainService } from './drain.service.ts';

@Module({ imports: [ConnectionsModule], providers: [DrainService], exports: [DrainService] })
export class DrainModule {}
