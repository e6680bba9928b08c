import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import type { Route, Target } from '../models/model.ts';
import { costOf, usdText } from './cost.ts';
import { Pace } from './pace.ts';
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

  /** `usageOf` knows in which event of its API the counts stand. */
  meter<Event>(
    call: Call,
    route: Route,
    streams: readonly Metered[],
    usageOf: (event: Event) => Usage | undefined,
  ): Meter<Event> {
    const seen: (Usage | undefined)[] = streams.map(() => undefined);
    const pace = new Pace();
    return {
      read: (events, index) => {
        pace.heard();
        for (const event of events) {
          const usage = usageOf(event);
          if (!usage) continue;
          seen[index] = addUsage(seen[index] ?? NO_USAGE, usage);
          this.charge(call, route, streams[index]!.target, usage);
        }
      },
      settle: () => {
        pace.tell(call.facts, streams.length === 1 ? seen[0]?.output : undefined);
        call.facts.usage = seen.reduce<Usage>((total, usage) => (usage ? addUsage(total, usage) : total), NO_USAGE);
        for (const [index, stream] of streams.entries()) stream.settle(seen[index]);
      },
    };
  }
}
