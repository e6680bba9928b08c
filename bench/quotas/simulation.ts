import { GatewayConfig, QuotaConfig } from '../../src/config/gateway-config.ts';
import { RetryBudget } from '../../src/retry/retry-budget.ts';
import { backoff } from '../../src/retry/retry-policy.ts';
import type { Target } from '../../src/models/types/model.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { QuotaRules } from '../../src/routing/quotas/quota-rules.ts';
import { QuotaService } from '../../src/routing/quotas/quota.service.ts';
import { isExhausted, type Reservation, NO_RESERVATION } from '../../src/routing/quotas/reservation.ts';
import { MemoryBuckets } from '../../src/shared-state/buckets/memory-buckets.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import { Agenda } from './agenda.ts';
import { type QuotaRefill, SimulatedAws, usedTokens } from './aws.ts';
import { randomFrom } from './random.ts';
import { type Job, jobsOf, type Load } from './workload.ts';

export interface Setting extends Load {
  refill: QuotaRefill;
  /** Quota of AWS. */
  tokensPerMinute: number;
  /** Quota in the gateway's configuration. If absent, the gateway has no buckets and only retries. */
  configuredTokensPerMinute?: number;
  maxWaitMs?: number;
  /** Replaces the gateway's retry settings, for example by those of an AWS SDK. */
  retries?: { maxRetries: number; maxDelayMs: number };
}

export interface Outcome {
  offered: number;
  answered: number;
  /** Attempts that AWS throttled, and all attempts. */
  throttles: number;
  attempts: number;
  /** Share of the quota that answered requests used, over the simulated time. */
  goodput: number;
  /** Milliseconds until AWS accepted an answered request: median and 95th percentile. */
  waitMedianMs: number;
  wait95Ms: number;
}

const MODEL = CHAT_MODELS.find(({ name }) => name === 'claude-sonnet-4-6')!;
const TARGET: Target = { id: 'simulated', region: 'us-east-1', modelId: `us.${MODEL.id}`, profile: 'us' };
const NEVER_ABORTED = new AbortController().signal;

/** Simulates a workload with the gateway's retries and, if configured, its quota buckets. */
export async function simulate(setting: Setting): Promise<Outcome> {
  const random = randomFrom(setting.seed);
  const agenda = new Agenda();
  const aws = new SimulatedAws(setting.tokensPerMinute, setting.refill, agenda.now);
  const gateway = new SimulatedGateway(setting, agenda, random);
  const jobs = jobsOf(setting, random);
  const waits: number[] = [];
  let used = 0;
  const answer = async (job: Job): Promise<void> => {
    if (!(await gateway.send(job, aws))) return;
    waits.push(agenda.now() - job.at - job.durationMs);
    used += usedTokens(job);
  };
  for (const job of jobs) agenda.after(job.at, () => void answer(job));
  await agenda.run();
  gateway.close();
  waits.sort((one, other) => one - other);
  return {
    offered: jobs.length,
    answered: waits.length,
    throttles: aws.throttles,
    attempts: aws.throttles + aws.accepted,
    goodput: used / (setting.tokensPerMinute * setting.minutes),
    waitMedianMs: waits[Math.floor(waits.length / 2)] ?? 0,
    wait95Ms: waits[Math.floor(waits.length * 0.95)] ?? 0,
  };
}

class SimulatedGateway {
  private readonly config = new GatewayConfig();
  private readonly metrics = new MetricsService();
  private readonly quotas: QuotaService;
  private readonly budget: RetryBudget;
  private readonly agenda: Agenda;
  private readonly random: () => number;

  constructor({ configuredTokensPerMinute, maxWaitMs, retries }: Setting, agenda: Agenda, random: () => number) {
    this.agenda = agenda;
    this.random = random;
    const { quotas } = this.config.bedrock;
    if (configuredTokensPerMinute !== undefined) {
      const limit = { model: MODEL.name, tokensPerMinute: configuredTokensPerMinute };
      quotas.limits = [Object.assign(new QuotaConfig(), limit)];
    }
    if (maxWaitMs !== undefined) quotas.maxWaitMs = maxWaitMs;
    Object.assign(this.config.retry, retries);
    this.quotas = new QuotaService(
      this.config,
      new MemoryBuckets(agenda.now),
      this.metrics,
      new QuotaRules(this.config),
    );
    this.quotas.clock = agenda;
    this.budget = new RetryBudget(this.config.retry.budgetPerSecond, agenda.now);
  }

  close(): void {
    this.metrics.onApplicationShutdown();
  }

  /**
   * Sends a request with the delays and the budget of the gateway's RetryInterceptor. Resolves to true if it is
   * answered.
   */
  async send(job: Job, aws: SimulatedAws): Promise<boolean> {
    const { retry } = this.config;
    this.budget.addRequest();
    for (let attempt = 1; ; attempt += 1) {
      const reservation = await this.reserve(job);
      if (reservation === undefined) return false;
      const settle = aws.accept(job);
      if (settle !== undefined) {
        await this.agenda.sleep(job.durationMs);
        settle();
        const { input, cacheRead, output } = job;
        reservation.settle({ input: input - cacheRead, cacheRead, cacheWrite: 0, output });
        return true;
      }
      reservation.throttled('Too many tokens, please wait before trying again.');
      const delayMs = backoff(attempt, retry, this.random);
      const isLate = this.agenda.now() - job.at + delayMs > retry.maxElapsedMs;
      if (attempt > retry.maxRetries || isLate || !this.budget.tryTakeRetry()) return false;
      await this.agenda.sleep(delayMs);
    }
  }

  /**
   * Reserves quota at once or in turn, as the routing does with one target. Resolves to undefined if it is rejected.
   */
  private async reserve({ estimate, maxTokens }: Job): Promise<Reservation | undefined> {
    if (!this.quotas.isActive) return NO_RESERVATION;
    const demand = { input: estimate, maxOutput: maxTokens };
    const answer = await this.quotas.reserve(TARGET, MODEL, demand);
    if (!isExhausted(answer)) return answer;
    return this.quotas
      .waitForReservation(TARGET, MODEL, demand, { owner: '', rejection: answer, signal: NEVER_ABORTED })
      .catch(() => undefined);
  }
}
