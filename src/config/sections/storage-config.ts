import {
  flag,
  milliseconds,
  oneOf,
  secret,
  text,
  needsRestart,
  url,
  wholeNumber,
  withFormerValues,
} from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class RedisConfig {
  @OptionalSetting(
    'Redis that replicas share. Without it, limits and caches are in the memory of each replica.',
    needsRestart(secret(url('redis', 'rediss'))),
  )
  url?: string;

  @Setting('Prefix of all keys in Redis, so that several gateways can share one Redis.', needsRestart(text()))
  keyPrefix = 'outcrop:';

  @Setting(
    'How limits work while Redis is unavailable: local, each replica counts for itself; allow, no request is limited.',
    withFormerValues(oneOf('local', 'allow'), { open: 'allow' }),
  )
  onUnavailable: 'local' | 'allow' = 'local';

  @Setting('Milliseconds for a Redis command.', needsRestart(milliseconds()))
  timeoutMs = 200;
}

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
