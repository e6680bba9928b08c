import { oneOf, wholeNumber, withFormerValues } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class ResponsesConfig {
  @Setting(
    'Storage of responses for previous_response_id, item references, background and retrieval: auto, Redis if redis.url or redis.nodes is set, otherwise the memory of this process; off, no storage; memory, this process; redis, for all replicas. Several replicas without Redis need off, because a response in the memory of one replica is missing in the others.',
    oneOf('auto', 'off', 'memory', 'redis'),
  )
  store: 'auto' | 'off' | 'memory' | 'redis' = 'auto';

  @Setting('Seconds for which a response is stored.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 86_400;

  @Setting('Maximum number of responses in memory.', wholeNumber({ min: 1, max: 10_000_000 }))
  maxEntries = 10_000;

  @Setting('Maximum bytes of responses in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;

  @Setting(
    'Maximum bytes of one response with its conversation. Larger ones are not stored.',
    wholeNumber({ min: 1024, max: 512 * 1024 ** 2 }),
  )
  maxEntryBytes = 8 * 1024 * 1024;

  @Setting(
    'Maximum number of background responses of this process, including waiting ones. The share of a key is limited: all for a single key, a quarter with four or more keys. Each key may always have an equal part, at least one.',
    wholeNumber({ min: 1, max: 100_000 }),
  )
  maxBackground = 100;

  @Setting(
    "OpenAI's hosted tools (web_search, file_search, …) in a request: reject rejects the request with 400; ignore passes only the other tools to the model.",
    withFormerValues(oneOf('reject', 'ignore'), { refuse: 'reject' }),
  )
  hostedTools: 'reject' | 'ignore' = 'reject';
}
