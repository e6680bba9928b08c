import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import type { Route, Target } from '../../models/types/model.ts';
import { costOf, formatUsd } from '../../usage/cost.ts';
import { StreamTiming } from './stream-timing.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';

/** Reads usage from the events of one request's streams as they pass. */
export interface UsageMeter<Event> {
  /** `index` is the number of the stream. */
  read(events: readonly Event[], index: number): void;
  /** Books what was seen; called once, also when the stream broke or the client left. */
  settle(): void;
}

/** What the meter has to know of a stream that was accepted. */
export interface MeteredAnswer {
  /** Undefined for a stream that is not open yet. */
  readonly target: Target | undefined;
  settle(usage?: Usage): void;
}

/** How the events of an API are read. */
export interface UsageEventReader<Event> {
  /** Knows in which event the counts stand; undefined for all others. */
  usageOf(event: Event): Usage | undefined;
  /** About how many tokens of output an event has brought. */
  outputOf(event: Event): number;
  /** About how many tokens the prompt of stream number `index` has; asked only where a stream ended before its counts. */
  promptOf(index: number): number;
}

/** What requests cost: one place for every dialect. */
@Injectable()
export class AccountingService {
  /** Books whole answers: what the client is told that it used, also where the answer came from our cache. */
  record(context: RequestContext, usages: readonly Usage[]): void {
    context.report.usage = usages.reduce(addUsage, ZERO_USAGE);
    if (context.report.cost !== undefined) context.header('x-outcrop-cost-usd', formatUsd(context.report.cost));
  }

  /** Adds what one answer of Bedrock cost where it came from; without a known price nothing is said about it. */
  charge(context: RequestContext, { model }: Route, target: Target | undefined, usage: Usage): void {
    const cost = costOf(usage, model.price, target?.profile);
    if (cost !== undefined) context.report.cost = (context.report.cost ?? 0) + cost;
  }

  /** Books one answer that was accepted, as what its headers or its body count. */
  book(context: RequestContext, route: Route, served: MeteredAnswer, usage: Usage): void {
    this.charge(context, route, served.target, usage);
    served.settle(usage);
  }

  /** A meter for one stream that tells totals so far. */
  tally<Event>(
    context: RequestContext,
    route: Route,
    served: MeteredAnswer,
    tally: RunningUsageReader<Event>,
  ): UsageMeter<Event> {
    const pace = new StreamTiming();
    return {
      read: (events) => {
        pace.eventReceived();
        for (const event of events) tally.read(event);
      },
      settle: () => {
        const counted = tally.counted();
        const usage = counted ?? tally.estimated();
        if (counted === undefined) context.report.estimatedUsage = usage;
        context.report.usage = usage;
        this.book(context, route, served, counted ?? { ...usage, estimated: true });
        pace.writeTo(context.report, counted?.output);
      },
    };
  }

  meter<Event>(
    context: RequestContext,
    route: Route,
    streams: readonly MeteredAnswer[],
    reading: UsageEventReader<Event>,
  ): UsageMeter<Event> {
    const counted: (Usage | undefined)[] = streams.map(() => undefined);
    const estimatedOutput = streams.map(() => 0);
    const pace = new StreamTiming();
    return {
      read: (events, index) => {
        pace.eventReceived();
        for (const event of events) {
          estimatedOutput[index]! += reading.outputOf(event);
          const usage = reading.usageOf(event);
          if (!usage) continue;
          counted[index] = addUsage(counted[index] ?? ZERO_USAGE, usage);
          this.charge(context, route, streams[index]!.target, usage);
        }
      },
      settle: () => {
        let total = ZERO_USAGE;
        for (const [index, stream] of streams.entries()) {
          if (stream.target === undefined) continue;
          const usage =
            counted[index] ??
            this.estimate(context, route, stream, { input: reading.promptOf(index), output: estimatedOutput[index]! });
          total = addUsage(total, usage);
          stream.settle(usage);
        }
        context.report.usage = total;
        pace.writeTo(context.report, streams.length === 1 ? counted[0]?.output : undefined);
      },
    };
  }

  /** Bedrock counts at the very end of a stream: what was generated until the client left is paid for all the same. */
  private estimate(
    context: RequestContext,
    route: Route,
    { target }: MeteredAnswer,
    tokens: Pick<Usage, 'input' | 'output'>,
  ): Usage {
    const usage: Usage = { ...ZERO_USAGE, input: Math.ceil(tokens.input), output: Math.ceil(tokens.output) };
    context.report.estimatedUsage = addUsage(context.report.estimatedUsage ?? ZERO_USAGE, usage);
    this.charge(context, route, target, usage);
    return { ...usage, estimated: true };
  }
}
