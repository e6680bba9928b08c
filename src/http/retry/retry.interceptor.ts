import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { RetryPolicy } from '../../retry/retry-policy.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { interceptWith, type PromiseInterceptor } from './promise-interceptors.ts';

/**
 * Repeats a request that Bedrock rejected temporarily, as the RetryPolicy decides. Repeats only before the first byte of the
 * response: the failure of a stream that has begun does not reach the interceptor.
 */
@Injectable()
export class RetryInterceptor implements PromiseInterceptor {
  constructor(private readonly policy: RetryPolicy) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return interceptWith(this, execution, next);
  }

  around(execution: ExecutionContext, handle: () => Promise<unknown>): Promise<unknown> {
    const { context } = execution.switchToHttp().getRequest<GatewayRequest>();
    return this.policy.repeat(context, handle);
  }
}
