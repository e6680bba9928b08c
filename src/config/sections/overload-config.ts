import { longestTimer, wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class OverloadConfig {
  @Setting(
    'Most model requests in flight at a time, open streams included; further ones wait in a queue.',
    wholeNumber({ min: 1, max: 1_000_000 }),
  )
  maxInFlight = 4096;

  @Setting(
    'Most of them for each key, so that none can hold all places; 0: no limit. A key may have its own in auth.keys.',
    wholeNumber({ min: 0, max: 1_000_000 }),
  )
  maxInFlightPerKey = 0;

  @Setting(
    'Milliseconds that the event loop may be late, on average over a second, before fewer requests are let in; 0: not watched.',
    wholeNumber({ min: 0, max: longestTimer }),
  )
  maxEventLoopDelayMs = 500;

  @Setting(
    'Milliseconds that a request waits for a place before it is refused; 0: not at all.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  queueMs = 5_000;

  @Setting('Most requests that wait at a time.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueued = 512;

  @Setting('Most of them for each key.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueuedPerKey = 128;

  @Setting(
    'Bytes of request bodies that the process holds at a time, waiting ones included; further ones are refused.',
    wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }),
  )
  maxBodyBytes = 256 * 1024 * 1024;
}
