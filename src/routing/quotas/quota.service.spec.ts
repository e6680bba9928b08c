import { describe, expect, it } from '@jest/globals';
import { GatewayConfig, QuotaConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import { CHAT_MODELS } from '../../models/table/model-table.ts';
import { MemoryBuckets } from '../../shared-state/buckets/memory-buckets.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import { QuotaRules } from './quota-rules.ts';
import { QuotaService } from './quota.service.ts';
import { isExhausted, type QuotaExhausted, type Reservation } from './reservation.ts';
import type { QuotaRule } from './quota-rule.ts';

const SONNET = CHAT_MODELS.find(({ name }) => name === 'claude-sonnet-4-6')!;
const HAIKU = CHAT_MODELS.find(({ name }) => name === 'claude-haiku-4-5')!;
const OPUS = CHAT_MODELS.find(({ name }) => name === 'claude-opus-4-8')!;

function at(region: string, profile = 'us', account?: string): Target {
  return {
    id: `${account}${region}/${profile}`,
    region,
    modelId: `${profile}.${SONNET.id}`,
    profile,
    ...(account && { account }),
  };
}

function quotas(limits: QuotaRule[], more: Partial<GatewayConfig['bedrock']['quotas']> = {}) {
  const config = new GatewayConfig();
  Object.assign(config.bedrock.quotas, more);
  config.bedrock.quotas.limits = limits.map((limit) => Object.assign(new QuotaConfig(), limit));
  const clock = { now: 1_000_000 };
  const metrics = new MetricsService();
  const rules = new QuotaRules(config);
  const service = new QuotaService(config, new MemoryBuckets(() => clock.now), metrics, rules);
  const ask = (target: Target, input: number, maxOutput: number, model = SONNET) =>
    service.reserve(target, model, { input, maxOutput }) as Reservation | QuotaExhausted;
  const take = (...question: Parameters<typeof ask>): Reservation => {
    const answer = ask(...question);
    if (isExhausted(answer)) throw new Error(`refused by ${answer.bucket} for ${answer.availableInMs} ms`);
    return answer;
  };
  const remaining = (target: Target, model = SONNET): number | undefined => {
    const reservation = take(target, 0, 0, model);
    reservation.release();
    return reservation.status?.remaining;
  };
  const metric = async (name: string): Promise<string> => {
    const text = await metrics.registry.metrics();
    return text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .join('\n');
  };
  return { rules, service, clock, ask, take, remaining, metric };
}

function usage(some: Partial<Usage>): Usage {
  return { ...ZERO_USAGE, ...some };
}

const HERE = at('us-east-1');

describe('the quota of a model', () => {
  it('does not exist and costs nothing if none is configured', () => {
    const { service, take, ask } = quotas([]);
    expect(service.isActive).toBe(false);
    expect(take(HERE, 1e9, 1e9)).toBe(ask(HERE, 1, 1));
  });

  // The example on AWS's page: 3,000 input tokens, 4,000 read from the cache, 1,000 written to it, 1,000 output tokens,
  // max_tokens 32,000.
  it("reserves the prompt and max_tokens, and settles by AWS's rules", () => {
    const { take, remaining } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 100_000 }]);
    const reservation = take(HERE, 8_000, 32_000);
    expect(reservation.status).toMatchObject({ limit: 100_000, remaining: 60_000, resetMs: 24_000 });
    reservation.settle(usage({ input: 3_000, cacheRead: 4_000, cacheWrite: 1_000, output: 1_000 }));
    expect(remaining(HERE)).toBe(100_000 - 9_000);
  });

  it.each([
    ['claude-opus-4-8', 15],
    ['claude-opus-5-5', 10],
    ['claude-sonnet-5', 10],
    ['claude-fable-5-1', 10],
    ['claude-opus-4-7', 5],
    ['claude-3-7-sonnet', 5],
    ['gpt-5.6-sol', 10],
    ['nova-pro', 1],
    ['gpt-oss-120b', 1],
  ])('charges output of %s at factor %i', (name, factor) => {
    const model = CHAT_MODELS.find((card) => card.name === name)!;
    const { take, remaining } = quotas([{ model: name, tokensPerMinute: 100_000 }]);
    take(HERE, 10, 1_000, model).settle(usage({ input: 10, output: 1_000 }));
    expect(remaining(HERE, model)).toBe(100_000 - 10 - 1_000 * factor);
  });

  it('settles once: further calls have no effect', () => {
    const { take, remaining } = quotas([
      { model: 'claude-sonnet-4-6', tokensPerMinute: 10_000, requestsPerMinute: 10 },
    ]);
    const reservation = take(HERE, 1_000, 1_000);
    reservation.release();
    reservation.settle(usage({ input: 9_000 }));
    reservation.throttled('Too many tokens, please wait before trying again.');
    reservation.release();
    expect(remaining(HERE)).toBe(10_000);
    const unknown = take(HERE, 1_000, 1_000);
    unknown.settle();
    unknown.settle(usage({}));
    expect(remaining(HERE)).toBe(8_000);
  });

  it('rejects a request that does not fit, with the bucket and the time until it does', async () => {
    const { clock, take, ask, metric } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 60_000 }]);
    take(HERE, 0, 50_000);
    const refusal = ask(HERE, 1_000, 19_000);
    expect(refusal).toMatchObject({ bucket: 'us-east-1/geo/claude-sonnet-4-6/tokensPerMinute', availableInMs: 10_000 });
    clock.now += 10_000;
    expect(isExhausted(ask(HERE, 1_000, 19_000))).toBe(false);
    expect(await metric('outcrop_quota_rejections_total')).toContain('claude-sonnet-4-6/tokensPerMinute"} 1');
  });

  it('counts regions, accounts, kinds of profiles and models separately', () => {
    const { take, remaining } = quotas([
      { model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 },
      { model: 'claude-haiku-4-5', tokensPerMinute: 1_000 },
    ]);
    const places = [HERE, at('us-west-2'), at('us-east-1', 'global'), at('us-east-1', 'us', 'prod')];
    take(HERE, 0, 400);
    expect(places.map((reservation) => remaining(reservation))).toEqual([600, 1_000, 1_000, 1_000]);
    expect(remaining(HERE, HAIKU)).toBe(1_000);
    expect(remaining(at('us-east-1', 'on-demand'))).toBe(1_000);
  });

  it('uses the most specific rule, and a wider rule for limits that it does not set', () => {
    const { take, ask } = quotas([
      { model: 'claude-sonnet-4-6', tokensPerMinute: 1_000, requestsPerMinute: 1 },
      { model: 'claude-sonnet-4-6', region: 'us-west-2', profile: 'global', tokensPerMinute: 5_000 },
      { model: 'claude-sonnet-4-6', region: 'us-west-2', tokensPerMinute: 3_000 },
    ]);
    expect(take(at('eu-west-1', 'eu'), 0, 1).status?.limit).toBe(1_000);
    expect(take(at('us-west-2', 'us'), 0, 1).status?.limit).toBe(3_000);
    expect(take(at('us-west-2', 'global'), 0, 1).status?.limit).toBe(5_000);
    expect(ask(at('us-west-2', 'global'), 0, 1)).toMatchObject({
      bucket: 'us-west-2/global/claude-sonnet-4-6/requestsPerMinute',
    });
  });

  it('for all models is shared by them', () => {
    const { take, ask } = quotas([{ model: '*', tokensPerDay: 10_000 }]);
    take(HERE, 0, 6_000);
    expect(ask(at('us-east-1', 'global'), 0, 6_000, OPUS)).toMatchObject({ bucket: 'us-east-1/*/tokensPerDay' });
    expect(isExhausted(ask(at('us-west-2'), 0, 6_000, OPUS))).toBe(false);
  });

  it('does not apply to provisioned and imported models', () => {
    const { take, ask } = quotas([{ model: '*', tokensPerMinute: 10 }]);
    const provisioned = { ...HERE, id: 'p', modelId: 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc' };
    for (let index = 0; index < 5; index += 1) take(provisioned, 0, 10);
    take(HERE, 0, 10);
    expect(isExhausted(ask(HERE, 0, 10))).toBe(true);
  });

  it('comes from Service Quotas if the settings have no rule, and later listings replace it', () => {
    const { rules, take } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 }]);
    rules.learn('us-east-1', [
      { model: 'claude-sonnet-4-6', region: 'us-east-1', profile: 'geo', tokensPerMinute: 7_000, requestsPerMinute: 3 },
      { model: 'claude-haiku-4-5', region: 'us-east-1', profile: 'geo', tokensPerMinute: 7_000 },
    ]);
    expect(take(HERE, 0, 1).status?.limit).toBe(1_000);
    expect(take(HERE, 0, 1, HAIKU).status?.limit).toBe(7_000);
    rules.learn('us-east-1', [
      { model: 'claude-haiku-4-5', region: 'us-east-1', profile: 'geo', tokensPerMinute: 8_000 },
    ]);
    expect(take(HERE, 0, 1, HAIKU).status?.limit).toBe(8_000);
  });

  it('is divided among replicas that do not share buckets', () => {
    const { take } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 9_000 }], { shareAmongReplicas: 3 });
    expect(take(HERE, 0, 1).status?.limit).toBe(3_000);
  });
});

describe('a throttle of AWS although the quota was sufficient', () => {
  it('empties the bucket that it names, is counted, and outlasts the reservation', async () => {
    const { clock, take, ask, metric } = quotas([
      { model: 'claude-sonnet-4-6', tokensPerMinute: 60_000, requestsPerMinute: 100, tokensPerDay: 1_000_000 },
    ]);
    take(HERE, 0, 10_000).throttled('Too many tokens, please wait before trying again.');
    expect(ask(HERE, 0, 1_000)).toMatchObject({
      bucket: expect.stringContaining('tokensPerMinute'),
      availableInMs: 1_000,
    });
    clock.now += 1_000;
    take(HERE, 0, 1_000).throttled('Too many tokens per day, please wait before trying again.');
    clock.now += 60_000;
    const daily = ask(HERE, 0, 1_000) as QuotaExhausted;
    expect(daily.bucket).toBe('us-east-1/geo/claude-sonnet-4-6/tokensPerDay');
    expect(daily.availableInMs).toBeGreaterThan(3_600_000);
    const text = await metric('outcrop_quota_unexpected_throttles_total');
    expect(text).toContain('claude-sonnet-4-6/tokensPerMinute"} 1');
    expect(text).toContain('claude-sonnet-4-6/tokensPerDay"} 1');
    expect(text).not.toContain('requestsPerMinute');
    expect(await metric('outcrop_quota_available_ratio')).toContain('claude-sonnet-4-6/tokensPerMinute"}');
  });
});

describe('waiting for a quota', () => {
  const NEVER = new AbortController().signal;

  it('ends in order of arrival when the settlement of another request returns tokens', async () => {
    const { service, take, ask } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 }]);
    const running = take(HERE, 0, 1_000);
    const refusal = ask(HERE, 0, 600) as QuotaExhausted;
    const order: string[] = [];
    const turn = async (name: string): Promise<Reservation> => {
      const reservation = await service.waitForReservation(
        HERE,
        SONNET,
        { input: 0, maxOutput: 600 },
        { owner: 'key', rejection: refusal, signal: NEVER },
      );
      order.push(name);
      return reservation;
    };
    const [first, second] = [turn('first'), turn('second')];
    // No request overtakes the waiting ones, however small it is.
    expect(isExhausted(ask(HERE, 0, 1))).toBe(true);
    running.settle(usage({ output: 1 }));
    (await first).settle(usage({ output: 1 }));
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('is limited in time: then the error names the bucket and the retry delay, and the gateway does not retry', async () => {
    const { service, take, ask, metric } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 }], {
      maxWaitMs: 20,
    });
    take(HERE, 0, 1_000);
    const refusal = ask(HERE, 0, 500) as QuotaExhausted;
    const error = await service
      .waitForReservation(
        HERE,
        SONNET,
        { input: 0, maxOutput: 500 },
        { owner: 'key', rejection: refusal, signal: NEVER },
      )
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'tokens',
      retryable: false,
      retryAfter: 30,
    });
    expect((error as GatewayError).shouldRetry).toBeUndefined();
    expect((error as GatewayError).message).toMatchInlineSnapshot(
      `"The quota of Bedrock us-east-1/geo/claude-sonnet-4-6/tokensPerMinute is exhausted: tokens per minute, limit 1000. Please try again in 30s."`,
    );
    expect(await metric('outcrop_rejected_requests_total')).toContain('source="quota",reason="quota_exhausted"} 1');
    expect(await metric('outcrop_quota_wait_seconds_count')).toContain('outcome="rejected"} 1');
  });

  it('does not begin for a daily quota, or if waiting is disabled', async () => {
    const daily = quotas([{ model: 'claude-sonnet-4-6', tokensPerDay: 1_000 }]);
    daily.take(HERE, 0, 1_000);
    const demand = { input: 0, maxOutput: 500 };
    const refusal = daily.ask(HERE, 0, 500) as QuotaExhausted;
    await expect(
      daily.service.waitForReservation(HERE, SONNET, demand, { owner: 'key', rejection: refusal, signal: NEVER }),
    ).rejects.toMatchObject({
      code: 'insufficient_quota',
      shouldRetry: false,
    });
    const impatient = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 }], { maxWaitMs: 0 });
    impatient.take(HERE, 0, 1_000);
    const now = impatient.ask(HERE, 0, 500) as QuotaExhausted;
    await expect(
      impatient.service.waitForReservation(HERE, SONNET, demand, { owner: 'key', rejection: now, signal: NEVER }),
    ).rejects.toMatchObject({
      status: 429,
    });
  });

  it('ends without a debit when the client disconnects', async () => {
    const { service, clock, take, ask, remaining, metric } = quotas([
      { model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 },
    ]);
    take(HERE, 0, 1_000);
    const client = new AbortController();
    const refusal = ask(HERE, 0, 500) as QuotaExhausted;
    const turn = service.waitForReservation(
      HERE,
      SONNET,
      { input: 0, maxOutput: 500 },
      { owner: 'key', rejection: refusal, signal: client.signal },
    );
    client.abort(new Error('gone'));
    await expect(turn).rejects.toThrow('gone');
    clock.now += 60_000;
    expect(remaining(HERE)).toBe(1_000);
    expect(await metric('outcrop_quota_wait_seconds_count')).toContain('outcome="client_disconnected"} 1');
  });

  it('explains the error for a request that exceeds the whole quota', async () => {
    const { service, take, ask } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 1_000 }], { maxWaitMs: 10 });
    take(HERE, 0, 10);
    const demand = { input: 500, maxOutput: 32_000 };
    const refusal = ask(HERE, 500, 32_000) as QuotaExhausted;
    await expect(
      service.waitForReservation(HERE, SONNET, demand, { owner: 'key', rejection: refusal, signal: NEVER }),
    ).rejects.toThrow(/needs 32500 tokens .* Lower max_tokens/);
  });
});

describe('the estimate of a prompt', () => {
  it('learns from actual usage within limits, and never from images or estimated usage', () => {
    const { service, take } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 10_000_000 }]);
    const estimate = (textBytes: number, more = {}) =>
      service.demandOf(SONNET, { textBytes, images: 0, mediaBytes: 0, maxTokens: 100, ...more }, 'key');
    expect(estimate(3_000)).toMatchObject({ input: 1_000, maxOutput: 100 });
    for (let index = 0; index < 60; index += 1) {
      const reservation = service.reserve(HERE, SONNET, estimate(3_000)) as Reservation;
      reservation.settle(usage({ input: 100, cacheRead: 400, cacheWrite: 100 }));
    }
    expect(estimate(3_000).input).toBeGreaterThan(595);
    expect(estimate(3_000).input).toBeLessThan(610);
    const before = estimate(3_000).input;
    for (let index = 0; index < 60; index += 1) {
      (service.reserve(HERE, SONNET, estimate(3_000, { images: 1 })) as Reservation).settle(usage({ input: 9_000 }));
      (service.reserve(HERE, SONNET, estimate(10)) as Reservation).settle(usage({ input: 9_000 }));
      (service.reserve(HERE, SONNET, estimate(3_000)) as Reservation).settle(usage({ input: 9_000, estimated: true }));
    }
    expect(estimate(3_000).input).toBe(before);
    expect(estimate(3_000, { images: 2 }).input).toBe(before + 3_200);
    expect(estimate(1e12).input).toBe(SONNET.rules.contextTokens);
    expect(take(HERE, 1, 1).status).toBeDefined();
  });

  it('of one key does not change with the prompts of another key', () => {
    const { service } = quotas([{ model: 'claude-sonnet-4-6', tokensPerMinute: 10_000_000 }]);
    const estimate = (owner: string) => service.demandOf(SONNET, { textBytes: 3_000, images: 0, mediaBytes: 0 }, owner);
    for (let index = 0; index < 60; index += 1) {
      (service.reserve(HERE, SONNET, estimate('attacker')) as Reservation).settle(usage({ input: 3_000 }));
    }
    expect(estimate('attacker').input).toBeGreaterThan(2_900);
    expect(estimate('other').input).toBe(1_000);
  });

  it('assumes the maximum output of the model if the request sets no limit', () => {
    const { service } = quotas([]);
    expect(service.demandOf(SONNET, { textBytes: 3, images: 0, mediaBytes: 0 }, 'key').maxOutput).toBe(
      SONNET.rules.maxOutputTokens,
    );
  });
});
