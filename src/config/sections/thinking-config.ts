import { flag, listOf, textMatching, secret, wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class ThinkingKeyConfig {
  @Setting(
    'Short id of the key, part of every text that it seals.',
    textMatching(/^[a-zA-Z0-9]{1,8}$/, '1 to 8 letters and digits'),
  )
  id: string;

  @Setting(
    'The key: 32 random bytes in base64, as "openssl rand -base64 32" creates them.',
    secret(textMatching(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64')),
  )
  key: string;
}

export class ThinkingConfig {
  @Setting('Adds the thinking before a tool call to the request if the client does not send it back.', flag())
  restoreForClients = true;

  @Setting(
    'Keys that seal data that clients keep: thinking in ids of tool calls and in encrypted_content, and compacted conversations. The first key seals, all keys open. Without any, each process creates one.',
    listOf(ThinkingKeyConfig),
  )
  sealingKeys: ThinkingKeyConfig[] = [];

  @Setting(
    'Maximum length of a tool call id in characters. Thinking that does not fit is stored in memory or Redis.',
    wholeNumber({ min: 64, max: 65_536 }),
  )
  maxToolCallIdLength = 64;

  @Setting('Seconds for which thinking is stored.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 86_400;

  @Setting('Maximum bytes of thinking in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;
}
