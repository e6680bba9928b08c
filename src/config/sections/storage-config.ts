import { flag, wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class AnswerCacheConfig {
  @Setting('Caches answers to repeated requests, in memory or Redis.', flag())
  enabled = false;

  @Setting('Seconds for which an answer is cached.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 300;

  @Setting('Maximum bytes of answers in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;

  @Setting('Allows answers to one API key from requests of another one.', flag())
  shared = false;
}
