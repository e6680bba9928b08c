import { Module } from '@nestjs/common';
import { UsageService } from './accounting.service.ts';

@Module({ providers: [UsageService], exports: [UsageService] })
export class UsageModule {}
