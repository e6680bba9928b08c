import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import type { Route, Target } from '../models/model.ts';
import { costOf, usdText } from './cost.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

/** Reads usage from the events of one request's streams as they pass. */
export interface Meter<Event> {
  /** `index` is the number of the stream. */
  read(events: readonly Event[], index: number): void;
  /** Books what was seen; called once, also when the stream broke or the client left. */
  settle(): void;
}

/** What the meter has to know of a stream that was accepted. */
export interface Metered {
  target: Target;
  settle(usage?: Usage): void;
}

/** Knows in which events of its API totals stand. */
export interface Tally<Event> {
  read(event: Event): void;
  /** Undefined before the first count. */
  usage(): Usage | undefined;
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
  charge(call: Call, { model }: Route, target: Target, usage: Usage): void {
    const cost = costOf(usage, model.price, target);
    if (cost !== undefined) call.facts.cost = (call.facts.cost ?? 0) + cost;
  }

  /** Books one answer that was accepted, as what its headers or its body count. */
  book(call: Call, route: Route, served: Metered, usage: Usage): void {
    this.charge(call, route, served.target, usage);
    served.settle(usage);
  }

  /** For streams that tell totals so far: what was told last counts, also when the stream broke or the client left. */
  tally<Event>(
    call: Call,
    route: Route,
    served: Metered,
    tally: Tally<Event>,
  ): Pick<Meter<Event>, 'settle'> & { read(events: readonly Event[]): void } {
    return {
      read: (events) => {
        for (const event of events) tally.read(event);
      },
      settle: () => {
        const usage = tally.usage();
        if (usage !== undefined) this.charge(call, route, served.target, usage);
        call.facts.usage = usage ?? NO_USAGE;
        served.settle(usage);
      },
    };
  }

  /** `usageOf` knows in which event of its API the counts stand. */
  meter<Event>(
    call: Call,
    route: Route,
    streams: readonly Metered[],
    usageOf: (event: Event) => Usage | undefined,
  ): Meter<Event> {
    const seen: (Usage | undefined)[] = streams.map(() => undefined);
    return {
      read: (events, index) => {
        for (const event of events) {
          const usage = usageOf(event);
          if (!usage) continue;
          seen[index] = addUsage(seen[index] ?? NO_USAGE, usage);
          this.charge(call, route, streams[index]!.target, usage);
        }
      },
      settle: () => {
        call.facts.usage = seen.reduce<Usage>((total, usage) => (usage ? addUsage(total, usage) : total), NO_USAGE);
        for (const [index, stream] of streams.entries()) stream.settle(seen[index]);
      },
    };
  }
}
