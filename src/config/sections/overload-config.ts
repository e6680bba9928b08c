import { MAX_TIMER_MS, wholeNumber, wholeNumberOrAuto } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class OverloadConfig {
  @Setting(
    'Most model requests in flight at a time, open streams included; further ones wait in a queue. ' +
      'auto: 4096, or what the memory limit of the container allows.',
    wholeNumberOrAuto({ min: 1, max: 1_000_000 }),
  )
  maxInFlight: number | 'auto' = 'auto';

  @Setting(
    'Most of them for each key, so that none can hold all places; 0: no limit. A key may have its own in auth.keys. ' +
      'auto: a quarter of maxInFlight.',
    wholeNumberOrAuto({ min: 0, max: 1_000_000 }),
  )
  maxInFlightPerKey: number | 'auto' = 'auto';

  @Setting(
    'Milliseconds that the event loop may be late, on average over a second, before fewer requests are let in; 0: not watched.',
    wholeNumber({ min: 0, max: MAX_TIMER_MS }),
  )
  maxEventLoopDelayMs = 500;

  @Setting(
    'Milliseconds that a request waits for a place before it is refused; 0: not at all. It waits as long for an upload slot.',
    wholeNumber({ min: 0, max: 600_000 }),
  )
  queueTimeoutMs = 5_000;

  @Setting('Most requests that wait at a time.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueuedRequests = 512;

  @Setting('Most of them for each key.', wholeNumber({ min: 1, max: 1_000_000 }))
  maxQueuedRequestsPerKey = 128;

  @Setting(
    'Most request bodies that are received at a time, before their requests take places; further ones wait. ' +
      'auto: a quarter of maxInFlight.',
    wholeNumberOrAuto({ min: 1, max: 1_000_000 }),
  )
  maxUploads: number | 'auto' = 'auto';

  @Setting(
    'Most of them for each key; 0: no limit. auto: a quarter of maxUploads.',
    wholeNumberOrAuto({ min: 0, max: 1_000_000 }),
  )
  maxUploadsPerKey: number | 'auto' = 'auto';

  @Setting(
    'Bytes of request bodies that the process holds at a time, waiting ones included; further ones wait, then are refused. ' +
      'auto: 256 MiB, or what the memory limit of the container allows.',
    wholeNumberOrAuto({ min: 1024, max: 64 * 1024 ** 3 }),
  )
  maxTotalBodyBytes: number | 'auto' = 'auto';

  @Setting(
    'Bytes of them for each key; 0: no limit. auto: half of maxTotalBodyBytes, but no less than server.bodyLimitBytes.',
    wholeNumberOrAuto({ min: 0, max: 64 * 1024 ** 3 }),
  )
  maxTotalBodyBytesPerKey: number | 'auto' = 'auto';
}
