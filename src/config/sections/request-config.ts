import { flag, listOfText, textMatching, oneOf, text, withFormerValues } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class RequestsConfig {
  @Setting(
    'Request fields that would be dropped: adjust answers without them and says so in x-outcrop-adjusted; ' +
      'reject refuses the request.',
    oneOf('adjust', 'reject'),
  )
  unsupportedFields: 'adjust' | 'reject' = 'adjust';
}

export class PromptCacheConfig {
  @Setting(
    'When the gateway adds cache points of its own: never; on-request, for requests with prompt_cache_key, ' +
      'prompt_cache_options or prompt_cache_retention; always. Writing costs more than plain input, reading a tenth.',
    withFormerValues(oneOf('never', 'on-request', 'always'), { asked: 'on-request' }),
  )
  autoCachePoints: 'never' | 'on-request' | 'always' = 'on-request';

  @Setting('Life of cache points for which the request names none; 1h only where the model has it.', oneOf('5m', '1h'))
  ttl: '5m' | '1h' = '5m';
}

export class GuardrailConfig {
  @OptionalSetting('Id or ARN of the Bedrock guardrail that every request goes through.', text('a guardrail id or ARN'))
  id?: string;

  @Setting(
    'Version of the guardrail.',
    textMatching(/^([1-9][0-9]{0,7}|DRAFT)$/, 'DRAFT or the number of a version, in quotes'),
  )
  version = 'DRAFT';

  @Setting(
    'Answers carry what the guardrail found, as guardrail_trace; enabled_full adds what passed.',
    oneOf('disabled', 'enabled', 'enabled_full'),
  )
  trace: 'disabled' | 'enabled' | 'enabled_full' = 'disabled';

  @Setting(
    'Streams: sync holds text back until it is checked; async sends it at once, unchecked text included.',
    oneOf('sync', 'async'),
  )
  streamMode: 'sync' | 'async' = 'sync';

  @Setting(
    'What is checked: all of the conversation, so that a blocked message blocks every later turn, too; ' +
      'last-user-message, the last message of the user only.',
    withFormerValues(oneOf('all', 'last-user-message'), { 'last-turn': 'last-user-message' }),
  )
  scope: 'all' | 'last-user-message' = 'all';

  @Setting(
    'Lets a request choose another guardrail with guardrailConfig; without it such requests are refused.',
    flag(),
  )
  allowRequestGuardrail = false;
}

export class RequestMetadataConfig {
  @Setting(
    'Adds the name of the API key as api_key to the request metadata in the invocation logs of Bedrock, for chargeback.',
    flag(),
  )
  includeKeyName = false;
}

export class PassthroughConfig {
  @Setting(
    'Fields that additionalModelRequestFields of a request may hand to the model unseen.',
    listOfText('a list of field names such as [top_k]'),
  )
  modelFields: string[] = [];

  @Setting(
    'Beta flags that anthropic_beta of a request may switch on.',
    listOfText('a list of beta flags such as [interleaved-thinking-2025-05-14]'),
  )
  betaFlags: string[] = [];
}
