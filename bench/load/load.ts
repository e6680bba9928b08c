import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Order, type Outcome, send } from './exchange.ts';
import { percentiles, type Percentiles } from './percentiles.ts';

export interface LoadPlan {
  order: Order;
  concurrency: number;
  /** Time during which each connection sends one request after another. With 0, each connection sends one request. */
  seconds: number;
  /** Time over which the connections start, in milliseconds. */
  rampMs: number;
}

export interface LoadResult {
  answered: number;
  errors: number;
  firstError?: string;
  seconds: number;
  /** Deltas of all answers. */
  deltas: number;
  latency: Percentiles;
  firstToken: Percentiles;
}

/** Sends the request of the plan repeatedly and checks each answer. */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  const pool = new Agent({ pipelining: 1, keepAliveTimeout: 60_000, connect: { timeout: 30_000 } });
  const outcomes: Outcome[] = [];
  const startedAt = performance.now();
  const until = startedAt + plan.seconds * 1_000;
  const connection = async (index: number): Promise<void> => {
    if (plan.rampMs > 0) await sleep((plan.rampMs * index) / plan.concurrency);
    do {
      outcomes.push(await send(pool, plan.order));
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: plan.concurrency }, (_, index) => connection(index)));
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.destroy();
  return summary(outcomes, seconds);
}

function summary(outcomes: readonly Outcome[], seconds: number): LoadResult {
  const good = outcomes.filter(({ problem }) => problem === undefined);
  return {
    answered: good.length,
    errors: outcomes.length - good.length,
    firstError: outcomes.find(({ problem }) => problem !== undefined)?.problem,
    seconds,
    deltas: good.reduce((sum, { deltas }) => sum + deltas, 0),
    latency: percentiles(good.map(({ latencyMs }) => latencyMs)),
    firstToken: percentiles(good.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
  };
}
