import { Module } from '@nestjs/common';
import { DrainService } from './drain.service.ts';

@Module({ providers: [DrainService], exports: [DrainService] })
export class DrainModule {}
