import { flag, listOfText, textMatching, oneOf, text, withFormerValues } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class RequestsConfig {
  @Setting(
    'Unsupported request fields: adjust drops them and reports it in x-outcrop-adjusted; reject rejects the request.',
    oneOf('adjust', 'reject'),
  )
  unsupportedFields: 'adjust' | 'reject' = 'adjust';
}

export class PromptCacheConfig {
  @Setting(
    'Automatic cache points: never; on-request, for requests with prompt_cache_key, prompt_cache_options or prompt_cache_retention; always. Cache writes cost more than plain input, cache reads a tenth.',
    withFormerValues(oneOf('never', 'on-request', 'always'), { asked: 'on-request' }),
  )
  autoCachePoints: 'never' | 'on-request' | 'always' = 'on-request';

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
    'Checked content: all, the whole conversation, so that a blocked message also blocks every later turn; last-user-message, the last user message.',
    withFormerValues(oneOf('all', 'last-user-message'), { 'last-turn': 'last-user-message' }),
  )
  scope: 'all' | 'last-user-message' = 'all';

  @Setting(
    'Allows requests to select another guardrail with guardrailConfig. Without it, such requests are rejected.',
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

  @Setting('Adds the id of the API key as key_id; for a caller with a token, the id of its principal.', flag())
  includeKeyId = false;

  @Setting('Adds the name of the team as team.', flag())
  includeTeam = false;

  @Setting('Adds the name of the application as application.', flag())
  includeApplication = false;
}

export class PassthroughConfig {
  @Setting(
    'Fields of additionalModelRequestFields that requests may pass to the model unchecked.',
    listOfText('a list of field names such as [top_k]'),
  )
  modelFields: string[] = [];

  @Setting(
    'Beta flags that requests may set with anthropic_beta.',
    listOfText('a list of beta flags such as [interleaved-thinking-2025-05-14]'),
  )
  betaFlags: string[] = [];
}
