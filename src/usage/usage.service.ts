import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

/** Reads usage from the events of one request's streams as they pass. */
export interface Meter<Event> {
  read(events: readonly Event[]): void;
  /** Books what was seen; called once, also when the stream broke or the client left. */
  settle(): void;
}

/** What requests cost: one place for every dialect. */
@Injectable()
export class UsageService {
  /** Books whole answers. */
  record(call: Call, usages: readonly Usage[]): void {
    call.facts.usage = usages.reduce(addUsage, NO_USAGE);
  }

  /** `usageOf` knows in which event of its API the counts stand. */
  meter<Event>(call: Call, usageOf: (event: Event) => Usage | undefined): Meter<Event> {
    let total = NO_USAGE;
    return {
      read: (events) => {
        for (const event of events) {
          const usage = usageOf(event);
          if (usage) total = addUsage(total, usage);
        }
      },
      settle: () => {
        call.facts.usage = total;
      },
    };
  }
}
