import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1];

/** State for which a command runs. */
export type RedisUse = 'limit' | 'quota' | 'answer' | 'response' | 'thinking' | 'snapshot';

/**
 * Reason for which a command had no result. `skipped`: it was not sent, because Redis was unavailable already.
 */
export type RedisFailure = 'connection' | 'error_reply' | 'skipped' | 'timeout' | 'unexpected_reply';

/** Metrics of Redis. Without a configured Redis, none has a time series. */
export class RedisMetrics {
  private readonly states: Gauge<'state'>;
  private readonly durations: Histogram<'use'>;
  private readonly failures: Counter<'reason'>;
  private readonly connections: Counter<'result'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.states = new Gauge({
      name: 'outcrop_redis_state',
      help: '1 for the state of Redis: available; unavailable, redis.onUnavailable applies.',
      labelNames: ['state'],
      registers,
    });
    this.durations = new Histogram({
      name: 'outcrop_redis_command_seconds',
      help: 'Time from a command to its reply, by the state that it reads or changes. Failed commands are not included.',
      labelNames: ['use'],
      buckets: SECONDS,
      registers,
    });
    this.failures = new Counter({
      name: 'outcrop_redis_failures_total',
      help: 'Commands without a result, by reason. skipped: not sent, because Redis was unavailable already.',
      labelNames: ['reason'],
      registers,
    });
    this.connections = new Counter({
      name: 'outcrop_redis_connections_total',
      help: 'Connections to Redis: opened, and failed or lost. In a cluster, each node has one.',
      labelNames: ['result'],
      registers,
    });
  }

  /** Records the state after a change. */
  became(state: 'available' | 'unavailable'): void {
    this.states.set({ state: 'available' }, state === 'available' ? 1 : 0);
    this.states.set({ state: 'unavailable' }, state === 'unavailable' ? 1 : 0);
  }

  replied(use: RedisUse, seconds: number): void {
    this.durations.observe({ use }, seconds);
  }

  failed(reason: RedisFailure): void {
    this.failures.inc({ reason });
  }

  connection(result: 'opened' | 'lost'): void {
    this.connections.inc({ result });
  }
}
