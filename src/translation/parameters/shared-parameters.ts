import type { ParameterTable } from './parameter.ts';

/** Fields that chat and completions share. The Responses API has some of them. */
export const SHARED_PARAMETERS: ParameterTable = [
  {
    field: 'model',
    verdict: 'honored',
    note: 'A name, an alias, a Bedrock id or an ARN. If absent, the gateway uses `models.default`.',
  },
  { field: 'stream', verdict: 'honored', note: 'Server-sent events, as OpenAI sends them.' },
  {
    field: 'stream_options.include_usage',
    verdict: 'honored',
    note: 'Adds a last chunk with the usage. The chunks before it have usage null.',
  },
  {
    field: 'stream_options.include_obfuscation',
    verdict: 'ignored',
    harmless: [false],
    note: 'The gateway never pads chunks.',
  },
  {
    field: 'max_tokens',
    verdict: 'honored',
    note: "Lowered to the model's maximum if it is higher. Thinking counts towards it, as in OpenAI's API.",
  },
  {
    field: 'temperature',
    verdict: 'honored',
    without: { capability: 'sampling', verdict: 'adjusted' },
    note: 'Values above 1 become 1, the maximum on Bedrock. Dropped if the model accepts none, and 1 while it thinks.',
  },
  {
    field: 'top_p',
    verdict: 'honored',
    without: { capability: 'sampling', verdict: 'adjusted' },
    note: 'Dropped if the model accepts none, while it thinks, and beside temperature on Claude from 4 on.',
  },
  {
    field: 'stop',
    verdict: 'honored',
    without: { capability: 'stop sequences', verdict: 'adjusted' },
    note: 'Up to 2,500 sequences, the limit of Bedrock. The gateway itself applies sequences that the model does not accept (white space on Claude, `stop=emulated`), at most 32 of 64 characters. Usage of such a stream is estimated. Empty sequences are dropped.',
  },
  {
    field: 'n',
    verdict: 'emulated',
    note: 'Sent as that many concurrent requests to Bedrock, at most 16. Usage is their sum.',
  },
  { field: 'seed', verdict: 'ignored', note: 'No model on Bedrock accepts a seed.' },
  {
    field: 'logit_bias',
    verdict: 'ignored',
    note: 'Bedrock has no bias for single tokens. More than 1,024 tokens are rejected.',
  },
  {
    field: 'frequency_penalty',
    verdict: 'ignored',
    harmless: [0],
    note: 'Converse has no penalties.',
  },
  { field: 'presence_penalty', verdict: 'ignored', harmless: [0], note: 'Converse has no penalties.' },
  {
    field: 'user',
    verdict: 'honored',
    note: "Sent as requestMetadata, which Bedrock's invocation logs contain. Characters that AWS rejects become _.",
  },
];

/** Fields about the request as a whole, of chat and the Responses API. Completions accepts them as well. */
export const REQUEST_PARAMETERS: ParameterTable = [
  {
    field: 'service_tier',
    verdict: 'honored',
    harmless: ['auto', 'default'],
    without: { capability: 'service tiers', verdict: 'adjusted' },
    note: 'flex, priority (fast) and reserved (scale) of Bedrock. The answer contains the tier that served it.',
  },
  {
    field: 'metadata',
    verdict: 'honored',
    note: 'Sent as requestMetadata, at most 16 pairs including user and api_key. Characters that AWS rejects become _. Repeated in answers.',
  },
  { field: 'safety_identifier', verdict: 'honored', note: 'Sent as requestMetadata, like user.' },
];

/** OpenAI's fields for the prompt cache, in APIs with conversations. */
export const PROMPT_CACHE_PARAMETERS: ParameterTable = [
  {
    field: 'prompt_cache_key',
    verdict: 'honored',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Requests automatic cache points (promptCache.autoCachePoints). Bedrock does not need the key itself.',
  },
  {
    field: 'prompt_cache_options',
    verdict: 'honored',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Requests automatic cache points, or none with mode explicit. 30 minutes become an hour.',
  },
  {
    field: 'prompt_cache_retention',
    verdict: 'honored',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Requests automatic cache points. in_memory becomes five minutes, 24h an hour.',
  },
];

/** Fields that the gateway accepts on all of OpenAI's APIs with text answers, beyond OpenAI's own. */
export const EXTENSION_PARAMETERS: ParameterTable = [
  {
    field: 'thinking',
    verdict: 'honored',
    without: { capability: 'thinking', verdict: 'adjusted' },
    note: "True, false or Anthropic's object, sent in the format of the model's generation.",
  },
  ...(['max_thinking_tokens', 'thinking_max_tokens', 'max_thinking_length'] as const).map((field) => ({
    field,
    verdict: 'honored' as const,
    without: { capability: 'thinking', verdict: 'adjusted' as const },
    note: 'Thinking budget in tokens, with thinking: true. Ignored without it, and if another field sets the budget.',
  })),
  {
    field: 'enable_extended_output',
    verdict: 'honored',
    without: { capability: 'a beta flag for longer answers', verdict: 'ignored' },
    note: 'Raises the maximum of max_tokens if the model has a beta flag for it.',
  },
  {
    field: 'enable_computer_use',
    verdict: 'honored',
    without: { capability: 'computer-use tools', verdict: 'ignored' },
    note: "Adds the beta flag of Anthropic's computer-use tools.",
  },
  {
    field: 'top_k',
    verdict: 'honored',
    without: { capability: 'top_k', verdict: 'adjusted' },
    note: 'Sent in additionalModelRequestFields if the model accepts it.',
  },
  ...(['guardrailConfig', 'guardrail_config'] as const).map((field) => ({
    field,
    verdict: 'rejected' as const,
    checkedBy: 'translator' as const,
    note: "Bedrock's guardrail for this request. Rejected unless guardrail.allowRequestGuardrail allows it, honored if it does.",
  })),
  ...(['performanceConfig', 'performance_config'] as const).map((field) => ({
    field,
    verdict: 'honored' as const,
    without: { capability: 'optimized latency', verdict: 'adjusted' as const },
    note: "Bedrock's latency-optimized inference.",
  })),
  ...(['additionalModelRequestFields', 'additional_model_request_fields'] as const).map((field) => ({
    field,
    verdict: 'adjusted' as const,
    note: 'Only the fields that passthrough.modelFields lists reach the model. Fields that the gateway sets itself take precedence.',
  })),
  {
    field: 'anthropic_beta',
    verdict: 'adjusted',
    note: 'Only the flags that passthrough.betaFlags lists reach the model, and only Claude.',
  },
];
