import type { ParameterTable } from './parameter.ts';

/** Fields that OpenAI's chat and completions requests have in common; some of them are in responses, too. */
export const SHARED_PARAMETERS: ParameterTable = [
  {
    field: 'model',
    verdict: 'honoured',
    note: 'A name, an alias, a Bedrock id or an ARN; without one `models.default` answers.',
  },
  { field: 'stream', verdict: 'honoured', note: 'Server-sent events, as OpenAI sends them.' },
  {
    field: 'stream_options.include_usage',
    verdict: 'honoured',
    note: 'A last chunk with the usage; all chunks before it say null.',
  },
  {
    field: 'stream_options.include_obfuscation',
    verdict: 'ignored',
    harmless: [false],
    note: 'Chunks are never padded.',
  },
  {
    field: 'max_tokens',
    verdict: 'honoured',
    note: "Lowered to the model's maximum where it is above; thinking counts towards it, as at OpenAI.",
  },
  {
    field: 'temperature',
    verdict: 'honoured',
    without: { capability: 'sampling', verdict: 'adjusted' },
    note: 'Values above 1 become 1, the end of the scale on Bedrock; dropped where the model takes none, 1 while it thinks.',
  },
  {
    field: 'top_p',
    verdict: 'honoured',
    without: { capability: 'sampling', verdict: 'adjusted' },
    note: 'Dropped where the model takes none, while it thinks, and beside temperature on Claude from 4 on.',
  },
  {
    field: 'stop',
    verdict: 'honoured',
    without: { capability: 'stop sequences', verdict: 'adjusted' },
    note: 'Up to 2,500 sequences, as Bedrock takes. The gateway itself ends the answer at those that the model does not accept (white space on Claude, `stop=emulated`), at most 32 of 64 characters; usage of such a stream is estimated. Empty ones are left out.',
  },
  { field: 'n', verdict: 'emulated', note: 'So many calls of Bedrock side by side, at most 16; usage is their sum.' },
  { field: 'seed', verdict: 'ignored', note: 'No model on Bedrock can be seeded.' },
  {
    field: 'logit_bias',
    verdict: 'ignored',
    note: 'Bedrock knows no bias of single tokens. More than 1,024 tokens are refused.',
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
    verdict: 'honoured',
    note: 'Goes into requestMetadata, which the invocation logs of Bedrock show; letters that AWS refuses become _.',
  },
];

/** About the call itself: of OpenAI's chat requests, and understood in completions, too. */
export const REQUEST_PARAMETERS: ParameterTable = [
  {
    field: 'service_tier',
    verdict: 'honoured',
    harmless: ['auto', 'default'],
    without: { capability: 'service tiers', verdict: 'adjusted' },
    note: 'flex, priority (fast) and reserved (scale) of Bedrock; the answer says which served it.',
  },
  {
    field: 'metadata',
    verdict: 'honoured',
    note: 'Goes into requestMetadata, 16 pairs at most, user and api_key included; letters that AWS refuses become _. Echoed in answers.',
  },
  { field: 'safety_identifier', verdict: 'honoured', note: 'Goes into requestMetadata, as user does.' },
];

/** OpenAI's words for the prompt cache, in dialects with conversations. */
export const PROMPT_CACHE_PARAMETERS: ParameterTable = [
  {
    field: 'prompt_cache_key',
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Asks for automatic cache points (promptCache.autoCachePoints); the key itself is not needed on Bedrock.',
  },
  {
    field: 'prompt_cache_options',
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Asks for automatic cache points, or with mode explicit for none; 30 minutes become an hour.',
  },
  {
    field: 'prompt_cache_retention',
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'Asks for automatic cache points; in_memory is five minutes, 24h an hour.',
  },
];

/** What Outcrop understands in all of them beyond OpenAI's own fields. */
export const EXTENSION_PARAMETERS: ParameterTable = [
  {
    field: 'thinking',
    verdict: 'honoured',
    without: { capability: 'thinking', verdict: 'adjusted' },
    note: "True, false or Anthropic's object; said in the words of each generation.",
  },
  ...(['max_thinking_tokens', 'thinking_max_tokens', 'max_thinking_length'] as const).map((field) => ({
    field,
    verdict: 'honoured' as const,
    without: { capability: 'thinking', verdict: 'adjusted' as const },
    note: 'Tokens of thinking, with thinking: true; ignored without, and where another field names them.',
  })),
  {
    field: 'enable_extended_output',
    verdict: 'honoured',
    without: { capability: 'a beta flag for longer answers', verdict: 'ignored' },
    note: 'Raises the maximum of max_tokens where the model has a beta flag for it.',
  },
  {
    field: 'enable_computer_use',
    verdict: 'honoured',
    without: { capability: 'computer-use tools', verdict: 'ignored' },
    note: "Switches on the beta flag of Anthropic's computer-use tools.",
  },
  {
    field: 'top_k',
    verdict: 'honoured',
    without: { capability: 'top_k', verdict: 'adjusted' },
    note: 'In additionalModelRequestFields, where the model has it.',
  },
  ...(['guardrailConfig', 'guardrail_config'] as const).map((field) => ({
    field,
    verdict: 'refused' as const,
    judgedBy: 'translator' as const,
    note: "Bedrock's guardrail of this request; refused unless guardrail.allowRequestGuardrail allows it, honoured where it does.",
  })),
  ...(['performanceConfig', 'performance_config'] as const).map((field) => ({
    field,
    verdict: 'honoured' as const,
    without: { capability: 'optimized latency', verdict: 'adjusted' as const },
    note: "Bedrock's latency-optimized inference.",
  })),
  ...(['additionalModelRequestFields', 'additional_model_request_fields'] as const).map((field) => ({
    field,
    verdict: 'adjusted' as const,
    note: 'Only the fields that passthrough.modelFields lists reach the model; what the gateway says itself stays.',
  })),
  {
    field: 'anthropic_beta',
    verdict: 'adjusted',
    note: 'Only the flags that passthrough.betaFlags lists reach the model, and only Claude.',
  },
];
