import { oneOf, wholeNumber, withFormerValues } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class ResponsesConfig {
  @Setting(
    'Where responses are stored for previous_response_id, item references, background and retrieval: auto, in Redis if ' +
      'redis.url is set, otherwise in the memory of this process; off, nowhere; memory, in this process; redis, for all ' +
      'replicas. Several replicas without Redis need off: a response in the memory of one is missing in the others.',
    oneOf('auto', 'off', 'memory', 'redis'),
  )
  store: 'auto' | 'off' | 'memory' | 'redis' = 'auto';

  @Setting('Seconds for which a response is kept.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 86_400;

  @Setting('Responses kept in memory.', wholeNumber({ min: 1, max: 10_000_000 }))
  maxEntries = 10_000;

  @Setting('Bytes of responses kept in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;

  @Setting(
    'Most bytes of one response with its conversation; a larger one is not kept.',
    wholeNumber({ min: 1024, max: 512 * 1024 ** 2 }),
  )
  maxEntryBytes = 8 * 1024 * 1024;

  @Setting(
    'Background responses that this process keeps at a time, waiting ones included. A key has at most its share: all for ' +
      'a single key, a quarter where there are four or more keys. Each key may always have an equal part, at least one.',
    wholeNumber({ min: 1, max: 100_000 }),
  )
  maxBackground = 100;

  @Setting(
    "OpenAI's hosted tools (web_search, file_search, …) in a request: reject, 400; ignore, the model gets the other tools.",
    withFormerValues(oneOf('reject', 'ignore'), { refuse: 'reject' }),
  )
  hostedTools: 'reject' | 'ignore' = 'reject';
}
