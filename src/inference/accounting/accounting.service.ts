import { Injectable } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import type { Route, Target } from '../../models/types/model.ts';
import { costOf, usdText } from '../../usage/cost.ts';
import { Pace } from './stream-timing.ts';
import { addUsage, NO_USAGE, type Tally, type Usage } from '../../usage/usage.ts';

/** Reads usage from the events of one request's streams as they pass. */
export interface Meter<Event> {
  /** `index` is the number of the stream. */
  read(events: readonly Event[], index: number): void;
  /** Books what was seen; called once, also when the stream broke or the client left. */
  settle(): void;
}

/** What the meter has to know of a stream that was accepted. */
export interface Metered {
  /** Undefined for a stream that is not open yet. */
  readonly target: Target | undefined;
  settle(usage?: Usage): void;
}

/** How the events of an API are read. */
export interface Reading<Event> {
  /** Knows in which event the counts stand; undefined for all others. */
  usageOf(event: Event): Usage | undefined;
  /** About how many tokens of output an event has brought. */
  outputOf(event: Event): number;
  /** About how many tokens the prompt of stream number `index` has; asked only where a stream ended before its counts. */
  promptOf(index: number): number;
}

/** What requests cost: one place for every dialect. */
@Injectable()
export class UsageService {
  /** Books whole answers: what the client is told that it used, also where the answer came from our cache. */
  record(call: Call, usages: readonly Usage[]): void {
    call.facts.usage = usages.reduce(addUsage, NO_USAGE);
    if (call.facts.cost !== undefined) call.header('x-outcrop-cost-usd', usdText(call.facts.cost));
  }

  /** Adds what one answer of Bedrock cost where it came from; without a known price nothing is said about it. */
  charge(call: Call, { model }: Route, target: Target | undefined, usage: Usage): void {
    const cost = costOf(usage, model.price, target?.profile);
    if (cost !== undefined) call.facts.cost = (call.facts.cost ?? 0) + cost;
  }

  /** Books one answer that was accepted, as what its headers or its body count. */
  book(call: Call, route: Route, served: Metered, usage: Usage): void {
    this.charge(call, route, served.target, usage);
    served.settle(usage);
  }

  /** A meter for one stream that tells totals so far. */
  tally<Event>(call: Call, route: Route, served: Metered, tally: Tally<Event>): Meter<Event> {
    const pace = new Pace();
    return {
      read: (events) => {
        pace.heard();
        for (const event of events) tally.read(event);
      },
      settle: () => {
        const counted = tally.counted();
        const usage = counted ?? tally.estimated();
        if (counted === undefined) call.facts.estimatedUsage = usage;
        call.facts.usage = usage;
        this.book(call, route, served, counted ?? { ...usage, estimated: true });
        pace.tell(call.facts, counted?.output);
      },
    };
  }

  meter<Event>(call: Call, route: Route, streams: readonly Metered[], reading: Reading<Event>): Meter<Event> {
    const counted: (Usage | undefined)[] = streams.map(() => undefined);
    const estimatedOutput = streams.map(() => 0);
    const pace = new Pace();
    return {
      read: (events, index) => {
        pace.heard();
        for (const event of events) {
          estimatedOutput[index]! += reading.outputOf(event);
          const usage = reading.usageOf(event);
          if (!usage) continue;
          counted[index] = addUsage(counted[index] ?? NO_USAGE, usage);
          this.charge(call, route, streams[index]!.target, usage);
        }
      },
      settle: () => {
        let total = NO_USAGE;
        for (const [index, stream] of streams.entries()) {
          if (stream.target === undefined) continue;
          const usage =
            counted[index] ??
            this.estimate(call, route, stream, { input: reading.promptOf(index), output: estimatedOutput[index]! });
          total = addUsage(total, usage);
          stream.settle(usage);
        }
        call.facts.usage = total;
        pace.tell(call.facts, streams.length === 1 ? counted[0]?.output : undefined);
      },
    };
  }

  /** Bedrock counts at the very end of a stream: what was generated until the client left is paid for all the same. */
  private estimate(call: Call, route: Route, { target }: Metered, tokens: Pick<Usage, 'input' | 'output'>): Usage {
    const usage: Usage = { ...NO_USAGE, input: Math.ceil(tokens.input), output: Math.ceil(tokens.output) };
    call.facts.estimatedUsage = addUsage(call.facts.estimatedUsage ?? NO_USAGE, usage);
    this.charge(call, route, target, usage);
    return { ...usage, estimated: true };
  }
}
