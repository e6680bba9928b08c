import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, map, Observable } from 'rxjs';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf } from '../errors/error-body.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import { SseResponse, type SseOptions } from '../streaming/sse-response.ts';

/**
 * Begins a streamed answer when the upstream has accepted the request and is silent: load balancers cut connections that
 * are silent for a minute, and thinking takes longer. While the gateway only waits, the status stays open, because SDKs
 * retry a 429 and not an error frame. Stands before the RetryInterceptor, so that failover and retries continue after
 * the response head; a failure from then on ends in an error frame.
 */
@Injectable()
export class StreamingInterceptor implements NestInterceptor {
  constructor(private readonly config: GatewayConfig) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const streamed = (request.body as { stream?: unknown } | undefined)?.stream === true;
    if (!streamed) return next.handle();
    const keepAliveMs = this.config.streaming.keepAliveSeconds * 1000;
    const { context, path, headers } = request;
    const settings = { context, dialect: errorDialectOf(path, headers), keepAliveMs };
    if (keepAliveMs === 0) return next.handle().pipe(map((body: unknown) => asResponse(body, settings)));
    // Not unsubscribed when the response begins: the work goes on behind it.
    const answer = lastValueFrom<unknown>(next.handle());
    return new Observable((subscriber) => {
      const answerWith = (value: unknown): void => {
        clearTimeout(timer);
        subscriber.next(asResponse(value, settings));
        subscriber.complete();
      };
      // Counted from the arrival: the client may have waited for a place already.
      const silentMs = performance.now() - context.startedAt;
      const look = (): void => {
        const { attempts } = context;
        const leftMs = attempts.acceptedInMs(keepAliveMs);
        if (leftMs === 0) {
          attempts.isCommitted = true;
          answerWith(new SseResponse(answer as Promise<AnswerStream>, settings));
        } else timer = setTimeout(look, leftMs ?? keepAliveMs);
      };
      let timer = setTimeout(look, keepAliveMs - silentMs);
      answer.then(answerWith, (error: unknown) => {
        clearTimeout(timer);
        subscriber.error(error);
      });
    });
  }
}

/** Turns a streamed answer into its response; any other answer is JSON. */
function asResponse(body: unknown, settings: SseOptions): unknown {
  return body instanceof AnswerStream ? new SseResponse(body, settings) : body;
}
