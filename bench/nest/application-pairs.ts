import { Controller, Get } from '@nestjs/common';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { isObservable, lastValueFrom } from 'rxjs';
import { callPromiseInterceptorsDirectly } from '../../src/http/retry/promise-interceptors.ts';
import { RetryInterceptor } from '../../src/http/retry/retry.interceptor.ts';
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

type Intercept = InterceptorsConsumer['intercept'];

export const APPLICATION_PAIRS: readonly Pair[] = [
  { name: 'interceptors: on observables, or on promises', prepare: interceptorPair },
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
  const run = async (intercept: Intercept): Promise<unknown> => {
    const request = { context, body: {}, path: '/v1/chat/completions', headers: {} };
    const args = [request, {}, handle];
    const answer: unknown = await intercept.call(consumer, interceptors, args, controller, handle, handle, 'http');
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  };
  const interceptors = [new StreamingInterceptor(config), new RetryInterceptor(policy)];
  const current = () => Reflect.get(InterceptorsConsumer.prototype, 'intercept');
  const onObservables = current();
  callPromiseInterceptorsDirectly();
  const onPromises = current();
  return { nest: () => run(onObservables), gateway: () => run(onPromises) };
}
