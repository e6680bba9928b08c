import { MAX_TIMER_MS, wholeNumber, wholeNumberOrAuto } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class OverloadConfig {
  @Setting(
    'Maximum number of model requests in flight, including open streams. Further requests wait in a queue. auto: 4096, or fewer if the memory limit of the container requires it.',
    wholeNumberOrAuto({ min: 1, max: 1_000_000 }),
  )
  maxInFlight: number | 'auto' = 'auto';

  @Setting(
    'Maximum number of model requests of each key in flight, so that no key can use all slots; 0: no limit. A key may have its own limit in auth.keys. auto: a quarter of maxInFlight.',
    wholeNumberOrAuto({ min: 0, max: 1_000_000 }),
  )
  maxInFlightPerKey: number | 'auto' = 'auto';

  @Setting(
    'Mean delay of the event loop over one second, in milliseconds, above which fewer requests are admitted; 0 disables the check.',
    wholeNumber({ min: 0, max: MAX_TIMER_MS }),
  )
  maxEventLoopDelayMs = 500;

  @Setting(
    'Milliseconds that a request waits for a slot before it is rejected; 0: no wait. The wait for an upload slot has the same limit.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  queueTimeoutMs = 5_000;

  @Setting('Maximum number of waiting requests.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueuedRequests = 512;

  @Setting('Maximum number of waiting requests of each key.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueuedRequestsPerKey = 128;

  @Setting(
    'Maximum number of request bodies that are received concurrently, before their requests take a slot. Further ones wait. auto: a quarter of maxInFlight.',
    wholeNumberOrAuto({ min: 1, max: 1_000_000 }),
  )
  maxUploads: number | 'auto' = 'auto';

  @Setting(
    'Maximum number of concurrent uploads of each key; 0: no limit. auto: a quarter of maxUploads.',
    wholeNumberOrAuto({ min: 0, max: 1_000_000 }),
  )
  maxUploadsPerKey: number | 'auto' = 'auto';

  @Setting(
    'Maximum bytes of request bodies in memory, including those of waiting requests. Further requests wait, then are rejected. auto: 256 MiB, or less if the memory limit of the container requires it.',
    wholeNumberOrAuto({ min: 1024, max: 64 * 1024 ** 3 }),
  )
  maxTotalBodyBytes: number | 'auto' = 'auto';

  @Setting(
    'Maximum bytes of request bodies of each key; 0: no limit. auto: half of maxTotalBodyBytes, but at least server.bodyLimitBytes.',
    wholeNumberOrAuto({ min: 0, max: 64 * 1024 ** 3 }),
  )
  maxTotalBodyBytesPerKey: number | 'auto' = 'auto';
}
