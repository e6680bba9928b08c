import { Controller, Get, type NestInterceptor } from '@nestjs/common';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';
import { lastValueFrom, type Observable } from 'rxjs';
import { RetryInterceptor } from '../../src/http/retry/retry.interceptor.ts';
import { StreamingInterceptor } from '../../src/http/retry/streaming.interceptor.ts';
import { GatewayAdapter } from '../../src/http/server/gateway-adapter.ts';
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
  { name: 'interceptors: two, or one that does both', prepare: interceptorPair },
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
  const context = { startedAt: performance.now(), attempts: new OpenAttempts(), report: {} };
  const run = async (interceptors: NestInterceptor[]): Promise<unknown> => {
    const next = () => Promise.resolve(ANSWER);
    const request = { context, body: {}, path: '/v1/chat/completions', headers: {} };
    const answer = (await consumer.intercept(
      interceptors,
      [request, {}, next],
      controller,
      next,
      next,
      'http',
    )) as Observable<unknown>;
    return lastValueFrom(answer);
  };
  const retries = new RetryInterceptor(policy);
  const two = [new StreamingInterceptor(config), retries];
  return { nest: () => run(two), gateway: () => run([retries]) };
}
