import { Controller, Get, type NestInterceptor } from '@nestjs/common';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { isObservable, lastValueFrom } from 'rxjs';
import { StreamingInterceptor } from '../../src/http/retry/streaming.interceptor.ts';
import { GatewayAdapter } from '../../src/http/server/gateway-adapter.ts';
import type { RequestContext } from '../../src/request/request-context.ts';
import { OpenAttempts } from '../../src/request/open-attempts.ts';
import { RetryPolicy } from '../../src/retry/retry-policy.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import { configOf } from '../pieces/config.ts';
import { exchange, type ExchangeOptions, startWithoutSockets } from './application.ts';
import type { Pair, PairedWork } from './paired.ts';

/** Body of about the size of a short chat answer. */
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(400) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 200, completion_tokens: 98, total_tokens: 298 },
};

@Controller()
class PlainController {
  @Get()
  answer() {
    return ANSWER;
  }
}

/** The gateway's adapter, except that Express writes the answers. */
class ExpressReplyAdapter extends GatewayAdapter {
  override reply(response: Response, body: unknown, status?: number): unknown {
    return ExpressAdapter.prototype.reply.call(this, response, body, status);
  }
}

export const APPLICATION_PAIRS: readonly Pair[] = [
  { name: 'interceptors: one, or a call of the RetryPolicy', prepare: interceptorPair },
  { name: 'adapter: ExpressAdapter, or GatewayAdapter', prepare: () => adapterPair(new ExpressAdapter(), 'node') },
  { name: 'reply: JSON by Express, or by GatewayAdapter', prepare: () => adapterPair(new ExpressReplyAdapter()) },
  { name: 'messages: of Node, or of Express', prepare: () => adapterPair(new GatewayAdapter(), 'node') },
];

async function adapterPair(
  adapter: ExpressAdapter,
  messages: ExchangeOptions['messages'] = 'express',
): Promise<PairedWork> {
  const nest = await startWithoutSockets(adapter, PlainController, { messages });
  const gateway = await startWithoutSockets(new GatewayAdapter(), PlainController, { messages: 'express' });
  return { nest: () => exchange(nest), gateway: () => exchange(gateway) };
}

function interceptorPair(): PairedWork {
  const config = configOf({ keys: 1, models: 0 });
  const policy = new RetryPolicy(config, new MetricsService());
  const consumer = new InterceptorsConsumer();
  const controller = new PlainController();
  const context = {
    startedAt: performance.now(),
    attempts: new OpenAttempts(),
    report: {},
  } as unknown as RequestContext;
  const handle = () => Promise.resolve(ANSWER);
  const run = async (interceptors: NestInterceptor[], next: () => Promise<unknown>): Promise<unknown> => {
    const request = { context, body: {}, path: '/v1/chat/completions', headers: {} };
    const answer: unknown = await consumer.intercept(
      interceptors,
      [request, {}, next],
      controller,
      handle,
      next,
      'http',
    );
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  };
  const interceptors = [new StreamingInterceptor(config, policy)];
  return {
    nest: () => run(interceptors, handle),
    gateway: () => run([], () => policy.repeat(context, handle)),
  };
}
