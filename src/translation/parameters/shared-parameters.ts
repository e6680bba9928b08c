import type { ParameterTable } from './parameter.ts';

/** Fields that chat and completions share. The Responses API has some of them. */
export const SHARED_PARAMETERS: ParameterTable = [
  {
    field: 'model',
    treatment: 'honored',
    note: 'A name, an alias, a Bedrock id or an ARN. If absent, the gateway uses `models.default`.',
  },
  { field: 'stream', treatment: 'honored', note: 'Server-sent events, as OpenAI sends them.' },
  {
    field: 'stream_options.include_usage',
    treatment: 'honored',
    note: 'Adds a last chunk with the usage. The chunks before it have usage null.',
  },
  {
    field: 'stream_options.include_obfuscation',
    treatment: 'ignored',
    harmless: [false],
    note: 'The gateway never pads chunks.',
  },
  {
    field: 'max_tokens',
    treatment: 'honored',
    note: "Lowered to the model's maximum if it is higher. Thinking counts towards it, as in OpenAI's API.",
  },
  {
    field: 'temperature',
    treatment: 'honored',
    without: { capability: 'sampling', treatment: 'adjusted' },
    note: 'Values above 1 become 1, the maximum on Bedrock. Dropped if the model accepts none, and 1 while it thinks.',
  },
  {
    field: 'top_p',
    treatment: 'honored',
    without: { capability: 'sampling', treatment: 'adjusted' },
    note: 'Dropped if the model accepts none, while it thinks, and beside temperature on Claude from 4 on.',
  },
  {
    field: 'stop',
    treatment: 'honored',
    without: { capability: 'stop sequences', treatment: 'adjusted' },
    note: 'Up to 2,500 sequences, the limit of Bedrock. The gateway itself applies sequences that the model does not accept (white space on Claude, `stop=emulated`), at most 32 of 64 characters. Usage of such a stream is estimated. Empty sequences are dropped.',
  },
  {
    field: 'n',
    treatment: 'emulated',
    note: 'Sent as that many concurrent requests to Bedrock, at most 16. Usage is their sum.',
  },
  { field: 'seed', treatment: 'ignored', note: 'No model on Bedrock accepts a seed.' },
  {
    field: 'logit_bias',
    treatment: 'ignored',
    note: 'Bedrock has no bias for single tokens. More than 1,024 tokens are rejected.',
  },
  {
    field: 'frequency_penalty',
    treatment: 'ignored',
    harmless: [0],
    note: 'Converse has no penalties.',
  },
  { field: 'presence_penalty', treatment: 'ignored', harmless: [0], note: 'Converse has no penalties.' },
  {
    field: 'user',
    treatment: 'honored',
    note: "Sent as requestMetadata, which Bedrock's invocation logs contain. Characters that AWS rejects become _.",
  },
];

/** Fields about the request as a whole, of chat and the Responses API. Completions accepts them as well. */
export const REQUEST_PARAMETERS: ParameterTable = [
  {
    field: 'service_tier',
    treatment: 'honored',
    harmless: ['auto', 'default'],
    without: { capability: 'service tiers', treatment: 'adjusted' },
    note: 'flex, priority (fast) and reserved (scale) of Bedrock. The answer contains the tier that served it.',
  },
  {
    field: 'metadata',
    treatment: 'honored',
    note: 'Sent as requestMetadata, at most 16 pairs including user and api_key. Characters that AWS rejects become _. Repeated in answers.',
  },
  { field: 'safety_identifier', treatment: 'honored', note: 'Sent as requestMetadata, like user.' },
];

/** OpenAI's fields for the prompt cache, in APIs with conversations. */
export const PROMPT_CACHE_PARAMETERS: ParameterTable = [
  {
    field: 'prompt_cache_key',
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'Requests automatic cache points (promptCache.autoCachePoints). Bedrock does not need the key itself.',
  },
  {
    field: 'prompt_cache_options',
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'Requests automatic cache points, or none with mode explicit. 30 minutes become an hour.',
  },
  {
    field: 'prompt_cache_retention',
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'Requests automatic cache points. in_memory becomes five minutes, 24h an hour.',
  },
];

/** Fields that the gateway accepts on all of OpenAI's APIs with text answers, beyond OpenAI's own. */
export const EXTENSION_PARAMETERS: ParameterTable = [
  {
    field: 'thinking',
    treatment: 'honored',
    without: { capability: 'thinking', treatment: 'adjusted' },
    note: "True, false or Anthropic's object, sent in the format of the model's generation.",
  },
  ...(['max_thinking_tokens', 'thinking_max_tokens', 'max_thinking_length'] as const).map((field) => ({
    field,
    treatment: 'honored' as const,
    without: { capability: 'thinking', treatment: 'adjusted' as const },
    note: 'Thinking budget in tokens, with thinking: true. Ignored without it, and if another field sets the budget.',
  })),
  {
    field: 'enable_extended_output',
    treatment: 'honored',
    without: { capability: 'a beta flag for longer answers', treatment: 'ignored' },
    note: 'Raises the maximum of max_tokens if the model has a beta flag for it.',
  },
  {
    field: 'enable_computer_use',
    treatment: 'honored',
    without: { capability: 'computer-use tools', treatment: 'ignored' },
    note: "Adds the beta flag of Anthropic's computer-use tools.",
  },
  {
    field: 'top_k',
    treatment: 'honored',
    without: { capability: 'top_k', treatment: 'adjusted' },
    note: 'Sent in additionalModelRequestFields if the model accepts it.',
  },
  ...(['guardrailConfig', 'guardrail_config'] as const).map((field) => ({
    field,
    treatment: 'rejected' as const,
    checkedBy: 'translator' as const,
    note: "Bedrock's guardrail for this request. Rejected unless guardrail.allowRequestGuardrail allows it, honored if it does.",
  })),
  ...(['performanceConfig', 'performance_config'] as const).map((field) => ({
    field,
    treatment: 'honored' as const,
    without: { capability: 'optimized latency', treatment: 'adjusted' as const },
    note: "Bedrock's latency-optimized inference.",
  })),
  ...(['additionalModelRequestFields', 'additional_model_request_fields'] as const).map((field) => ({
    field,
    treatment: 'adjusted' as const,
    note: 'Only the fields that passthrough.modelFields lists reach the model. Fields that the gateway sets itself take precedence.',
  })),
  {
    field: 'anthropic_beta',
    treatment: 'adjusted',
    note: 'Only the flags that passthrough.betaFlags lists reach the model, and only Claude.',
  },
];
