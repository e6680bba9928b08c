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
    'Redis that replicas share; without it limits and caches live in the memory of each replica.',
    needsRestart(secret(url('redis', 'rediss'))),
  )
  url?: string;

  @Setting('Begins the name of every key in Redis, so that several gateways can share one.', needsRestart(text()))
  keyPrefix = 'outcrop:';

  @Setting(
    'How limits work while Redis is unavailable: local, each replica counts for itself; allow, no request is limited.',
    withFormerValues(oneOf('local', 'allow'), { open: 'allow' }),
  )
  onUnavailable: 'local' | 'allow' = 'local';

  @Setting('Milliseconds a Redis command may take.', needsRestart(milliseconds()))
  timeoutMs = 200;
}

export class AnswerCacheConfig {
  @Setting('Answers repeated requests from memory or Redis.', flag())
  enabled = false;

  @Setting('Seconds an answer may be repeated.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 300;

  @Setting('Bytes of answers kept in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;

  @Setting('Lets one API key be answered from what another one asked.', flag())
  shared = false;
}
