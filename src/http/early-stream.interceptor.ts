import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, Observable } from 'rxjs';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { GatewayRequest } from './call.middleware.ts';
import { errorDialectOf } from './error-body.ts';
import { SseBody } from './sse.ts';

/**
 * Begins a streamed answer when the upstream takes long to: load balancers cut connections that are silent
 * for a minute, and thinking takes longer. It stands outside the RetryInterceptor, so failover and retries go
 * on behind the comments; what fails from here on is told by an error frame.
 */
@Injectable()
export class EarlyStreamInterceptor implements NestInterceptor {
  constructor(private readonly config: GatewayConfig) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<GatewayRequest>();
    const streamed = (request.body as { stream?: unknown } | undefined)?.stream === true;
    const keepAliveMs = this.config.streaming.keepAliveSeconds * 1000;
    if (!streamed || keepAliveMs === 0) return next.handle();
    return new Observable((subscriber) => {
      const answer = lastValueFrom(next.handle());
      const answerWith = (value: unknown): void => {
        clearTimeout(timer);
        subscriber.next(value);
        subscriber.complete();
      };
      // Counted from the arrival: the client may have waited for a place already.
      const silentMs = performance.now() - request.call.startedAt;
      const timer = setTimeout(() => answerWith(early(answer, request, keepAliveMs)), keepAliveMs - silentMs);
      answer.then(answerWith, (error: unknown) => {
        clearTimeout(timer);
        subscriber.error(error);
      });
    });
  }
}

function early(answer: Promise<unknown>, { call, path, headers }: GatewayRequest, keepAliveMs: number): SseBody {
  const source = answer.then((body) => (body as SseBody).source);
  return new SseBody(source, { call, dialect: errorDialectOf(path, headers), keepAliveMs });
}
