import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, map, Observable } from 'rxjs';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf } from '../errors/error-body.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import { SseResponse, type SseOptions } from '../streaming/sse-response.ts';

/**
 * Starts a streamed response early if the upstream has accepted the request and is silent, because load balancers close
 * connections that are silent for a minute, and thinking takes longer. Before that, the status stays open, because SDKs
 * retry a 429 but not an error frame. Runs before the RetryInterceptor, so that failover and retries continue after the
 * response head. A failure then ends in an error frame.
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
    // Not unsubscribed when the response begins: the work continues during the response.
    const answer = lastValueFrom<unknown>(next.handle());
    return new Observable((subscriber) => {
      const answerWith = (value: unknown): void => {
        clearTimeout(timer);
        subscriber.next(asResponse(value, settings));
        subscriber.complete();
      };
      // Silence counts from the arrival, because the client may have waited in the queue already.
      const silentMs = performance.now() - context.startedAt;
      const checkSilence = (): void => {
        const { attempts } = context;
        const leftMs = attempts.acceptedInMs(keepAliveMs);
        if (leftMs === 0) {
          attempts.isCommitted = true;
          answerWith(new SseResponse(answer as Promise<AnswerStream>, settings));
        } else timer = setTimeout(checkSilence, leftMs ?? keepAliveMs);
      };
      let timer = setTimeout(checkSilence, keepAliveMs - silentMs);
      answer.then(answerWith, (error: unknown) => {
        clearTimeout(timer);
        subscriber.error(error);
      });
    });
  }
}

/** Converts a streamed answer to its response. Returns any other answer unmodified, as JSON. */
function asResponse(body: unknown, settings: SseOptions): unknown {
  return body instanceof AnswerStream ? new SseResponse(body, settings) : body;
}
