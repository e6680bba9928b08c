import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { RequestContext } from '../../request/request-context.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import { buildConfig } from '../../config/load-config.ts';
import { type RunningUsageReader, type Usage, ZERO_USAGE } from '../../usage/usage.ts';
import { AccountingService } from './accounting.service.ts';

/** An event that brings so many tokens of output, or the counts of its stream. */
type Event = { output: number } | { counts: Usage };

const COUNTS: Usage = { input: 100, output: 50, cacheRead: 10, cacheWrite: 0 };

function readerFor(index: number): RunningUsageReader<Event> {
  let counts: Usage | undefined;
  let output = 0;
  return {
    read(event) {
      if ('counts' in event) counts = event.counts;
      else output += event.output;
    },
    billing: () => undefined,
    counted: () => counts,
    estimated: () => ({ ...ZERO_USAGE, input: 1_001 + 1_000 * index, output: Math.ceil(output) }),
  };
}

function metered(...streams: (Event[] | undefined)[]) {
  const config = buildConfig({ environment: { GATEWAY__BEDROCK__REGION: 'us-east-1' }, readFile: () => '' });
  const route = new ModelRegistryService(config).resolve('claude-haiku-4-5');
  const settled: (Usage | undefined)[] = [];
  const context = { report: {}, startedAt: 0 } as Pick<RequestContext, 'report' | 'startedAt'> as RequestContext;
  const served = streams.map((events, index) => ({
    target: events && route.targets[0]!,
    settle: (usage?: Usage) => {
      settled[index] = usage;
    },
  }));
  const meter = new AccountingService(config).meter(
    served,
    streams.map((_, index) => readerFor(index)),
    { context, route },
  );
  for (const [index, events] of streams.entries()) for (const event of events ?? []) meter.read([event], index);
  meter.settle();
  return { report: context.report, settled };
}

describe('the usage of a stream', () => {
  it('is the count of Bedrock, if the stream reached it', () => {
    const { report, settled } = metered([{ output: 30 }, { counts: COUNTS }]);
    expect(report.usage).toEqual(COUNTS);
    expect(report.estimatedUsage).toBeUndefined();
    expect(settled).toEqual([COUNTS]);
  });

  it('is estimated from the events and the prompt if the stream ended before, and marked as an estimate', () => {
    const { report, settled } = metered([{ output: 2.5 }, { output: 4.25 }]);
    const estimate = { input: 1_001, output: 7, cacheRead: 0, cacheWrite: 0 };
    expect(report.usage).toEqual(estimate);
    expect(report.estimatedUsage).toEqual(estimate);
    expect(settled).toEqual([{ ...estimate, estimated: true }]);
    expect(report.costNano).toBeGreaterThan(0);
  });

  it('is the sum of counts and estimates if one of several streams ended before', () => {
    const { report, settled } = metered([{ output: 30 }, { counts: COUNTS }], [{ output: 5 }]);
    const estimate = { input: 2_001, output: 5, cacheRead: 0, cacheWrite: 0 };
    expect(report.usage).toEqual({ input: 2_101, output: 55, cacheRead: 10, cacheWrite: 0 });
    expect(report.estimatedUsage).toEqual(estimate);
    expect(settled).toEqual([COUNTS, { ...estimate, estimated: true }]);
  });

  it('is zero for a stream that never began', () => {
    const { report, settled } = metered([{ counts: COUNTS }], undefined);
    expect(report.usage).toEqual(COUNTS);
    expect(report.estimatedUsage).toBeUndefined();
    expect(settled).toEqual([COUNTS]);
  });
});

it('the meter of an open stream does not keep the request of its attempt', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const config = buildConfig({ environment: { GATEWAY__BEDROCK__REGION: 'us-east-1' }, readFile: () => '' });
  const route = new ModelRegistryService(config).resolve('claude-haiku-4-5');
  const context = { report: {}, startedAt: 0 } as Pick<RequestContext, 'report' | 'startedAt'> as RequestContext;
  const opened = () => {
    const body = Buffer.alloc(1_000);
    const attempt = { context, route, body };
    return { meter: new AccountingService(config).meter([], [], attempt), body: new WeakRef(body) };
  };
  const { meter, body } = opened();
  // A WeakRef keeps its target until the current job has ended.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  expect(body.deref()).toBeUndefined();
  meter.settle();
});
