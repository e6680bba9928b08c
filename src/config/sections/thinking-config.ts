import { flag, listOf, textMatching, secret, wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class ThinkingKeyConfig {
  @Setting(
    'Short name of the key, part of everything it seals.',
    textMatching(/^[a-zA-Z0-9]{1,8}$/, '1 to 8 letters and digits'),
  )
  id: string;

  @Setting(
    'The key: 32 random bytes in base64, as "openssl rand -base64 32" makes them.',
    secret(textMatching(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64')),
  )
  key: string;
}

export class ThinkingConfig {
  @Setting('Gives the thoughts behind a tool call back to the model when the client does not.', flag())
  restoreForClients = true;

  @Setting(
    'Keys that seal what clients keep: thoughts in ids of tool calls and in encrypted_content, compacted conversations. ' +
      'The first one seals, all open; without any, each process makes one up.',
    listOf(ThinkingKeyConfig),
  )
  sealingKeys: ThinkingKeyConfig[] = [];

  @Setting(
    'Longest id of a tool call in characters; thoughts that do not fit into it are kept in memory or Redis.',
    wholeNumber({ min: 64, max: 65_536 }),
  )
  maxToolCallIdLength = 64;

  @Setting('Seconds for which thoughts are kept.', wholeNumber({ min: 1, max: 31_536_000 }))
  ttlSeconds = 86_400;

  @Setting('Bytes of thoughts kept in memory.', wholeNumber({ min: 1024, max: 64 * 1024 ** 3 }))
  maxBytes = 64 * 1024 * 1024;
}
