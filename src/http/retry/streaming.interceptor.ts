import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf } from '../errors/error-body.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import { SseResponse, type SseOptions } from '../streaming/sse-response.ts';
import { interceptWith, type PromiseInterceptor } from './promise-interceptors.ts';

/**
 * Starts a streamed response early if the upstream has accepted the request and is silent. Load balancers close connections
 * that are silent for a minute, and thinking takes longer. Before that, the status stays open, because SDKs retry a 429 but
 * not an error frame. Surrounds the RetryInterceptor: failover and retries continue after the response head, and a failure
 * then ends in an error frame.
 */
@Injectable()
export class StreamingInterceptor implements PromiseInterceptor {
  constructor(private readonly config: GatewayConfig) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return interceptWith(this, execution, next);
  }

  around(execution: ExecutionContext, handle: () => Promise<unknown>): Promise<unknown> {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const answer = handle();
    const isStreamed = (request.body as { stream?: unknown } | undefined)?.stream === true;
    if (!isStreamed) return answer;
    const { context, path, headers } = request;
    const keepAliveMs = this.config.streaming.keepAliveSeconds * 1000;
    const settings = { context, dialect: errorDialectOf(path, headers), keepAliveMs };
    return keepAliveMs === 0 ? answer.then((body) => asResponse(body, settings)) : responseTo(answer, settings);
  }
}

/** Resolves with the response to a streamed answer, or with one that starts before the answer if the upstream is silent. */
function responseTo(answer: Promise<unknown>, settings: SseOptions): Promise<unknown> {
  const { context, keepAliveMs } = settings;
  const early = new Promise<SseResponse>((resolve) => {
    // Silence counts from the arrival, because the client may have waited in the queue already.
    const silentMs = performance.now() - context.startedAt;
    const checkSilence = (): void => {
      const { attempts } = context;
      const leftMs = attempts.acceptedInMs(keepAliveMs);
      if (leftMs === 0) {
        attempts.isCommitted = true;
        resolve(new SseResponse(answer as Promise<AnswerStream>, settings));
      } else timer = setTimeout(checkSilence, leftMs ?? keepAliveMs);
    };
    let timer = setTimeout(checkSilence, keepAliveMs - silentMs);
    const stop = (): void => clearTimeout(timer);
    answer.then(stop, stop);
  });
  return Promise.race([answer.then((body) => asResponse(body, settings)), early]);
}

/** Converts a streamed answer to its response. Returns any other answer unmodified, as JSON. */
function asResponse(body: unknown, settings: SseOptions): unknown {
  return body instanceof AnswerStream ? new SseResponse(body, settings) : body;
}
