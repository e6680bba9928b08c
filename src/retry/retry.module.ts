import { Module } from '@nestjs/common';
import { RetryPolicy } from './retry-policy.ts';

@Module({ providers: [RetryPolicy], exports: [RetryPolicy] })
export class RetryModule {}
