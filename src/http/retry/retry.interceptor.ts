import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { RetryPolicy } from '../../retry/retry-policy.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';

/**
 * Repeats a request that Bedrock rejected temporarily, as the RetryPolicy decides. Repeats only before the first byte of the
 * response: the failure of a stream that has begun does not reach the interceptor.
 */
@Injectable()
export class RetryInterceptor implements NestInterceptor {
  constructor(private readonly policy: RetryPolicy) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { context } = execution.switchToHttp().getRequest<GatewayRequest>();
    return from(this.policy.repeat(context, () => lastValueFrom(next.handle())));
  }
}
