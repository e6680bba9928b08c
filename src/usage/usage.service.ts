import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import type { Route } from '../models/model.ts';
import { costOf, usdText } from './cost.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

/** Reads usage from the events of one request's streams as they pass. */
export interface Meter<Event> {
  read(events: readonly Event[]): void;
  /** Books what was seen; called once, also when the stream broke or the client left. */
  settle(): void;
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

  /** Adds what one answer of Bedrock cost; without a known price nothing is said about it. */
  charge(call: Call, route: Route, usage: Usage): void {
    const target = route.targets.find(({ id }) => id === call.facts.target);
    const cost = costOf(usage, route.model.price, target);
    if (cost !== undefined) call.facts.cost = (call.facts.cost ?? 0) + cost;
  }

  /** For streams that tell totals so far: what was told last counts, also when the stream broke or the client left. */
  tally<Event>(call: Call, route: Route, tally: Tally<Event>): Meter<Event> {
    return {
      read: (events) => {
        for (const event of events) tally.read(event);
      },
      settle: () => {
        const usage = tally.usage();
        if (usage !== undefined) this.charge(call, route, usage);
        call.facts.usage = usage ?? NO_USAGE;
      },
    };
  }

  /** `usageOf` knows in which event of its API the counts stand. */
  meter<Event>(call: Call, route: Route, usageOf: (event: Event) => Usage | undefined): Meter<Event> {
    let total = NO_USAGE;
    return {
      read: (events) => {
        for (const event of events) {
          const usage = usageOf(event);
          if (!usage) continue;
          total = addUsage(total, usage);
          this.charge(call, route, usage);
        }
      },
      settle: () => {
        call.facts.usage = total;
      },
    };
  }
}
