import { flag, listOfText, textMatching, oneOf, text } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class ParametersConfig {
  @Setting(
    'Unsupported request fields: adjust drops them and reports it in x-outcrop-adjusted; reject rejects the request.',
    oneOf('adjust', 'reject'),
  )
  unsupported: 'adjust' | 'reject' = 'adjust';
}

export class PromptCacheConfig {
  @Setting(
    'Automatic cache points: never; asked, for requests with prompt_cache_key, prompt_cache_options or prompt_cache_retention; always. Cache writes cost more than plain input, cache reads a tenth.',
    oneOf('never', 'asked', 'always'),
  )
  auto: 'never' | 'asked' | 'always' = 'asked';

  @Setting('Lifetime of cache points without an explicit one; 1h only for models that support it.', oneOf('5m', '1h'))
  ttl: '5m' | '1h' = '5m';
}

export class GuardrailConfig {
  @OptionalSetting('Id or ARN of the Bedrock guardrail for all requests.', text('a guardrail id or ARN'))
  id?: string;

  @Setting(
    'Version of the guardrail.',
    textMatching(/^([1-9][0-9]{0,7}|DRAFT)$/, 'DRAFT or the number of a version, in quotes'),
  )
  version = 'DRAFT';

  @Setting(
    'Adds the assessment of the guardrail to answers, as guardrail_trace; enabled_full also includes content that passed.',
    oneOf('disabled', 'enabled', 'enabled_full'),
  )
  trace: 'disabled' | 'enabled' | 'enabled_full' = 'disabled';

  @Setting(
    'Streams: sync holds text back until it is checked; async sends it at once, including unchecked text.',
    oneOf('sync', 'async'),
  )
  streamMode: 'sync' | 'async' = 'sync';

  @Setting(
    'Checked content: all, the whole conversation, so that a blocked message also blocks every later turn; last-turn, the last user message.',
    oneOf('all', 'last-turn'),
  )
  scope: 'all' | 'last-turn' = 'all';

  @Setting(
    'Allows requests to select another guardrail with guardrailConfig. Without it, such requests are rejected.',
    flag(),
  )
  fromRequest = false;
}

export class RequestMetadataConfig {
  @Setting(
    'Adds the name of the API key as api_key to the request metadata in the invocation logs of Bedrock, for chargeback.',
    flag(),
  )
  key = false;
}

export class PassthroughConfig {
  @Setting(
    'Fields of additionalModelRequestFields that requests may pass to the model unchecked.',
    listOfText('a list of field names such as [top_k]'),
  )
  fields: string[] = [];

  @Setting(
    'Beta flags that requests may set with anthropic_beta.',
    listOfText('a list of beta flags such as [interleaved-thinking-2025-05-14]'),
  )
  betas: string[] = [];
}
