import type { Generation } from '../support/model-cards.ts';

/** The test of a row: the field alone, on top of a minimal request. */
export interface Case {
  /** Fields to add to the minimal request. */
  body: object;
  /** A model that supports the field; default `claude-3-7-sonnet`. */
  on?: Generation;
  /** A model that does not support it. */
  off?: Generation;
  /** Where the effect is visible: in the body for Bedrock, in the number of calls, or only in the answer. */
  shows?: 'input' | 'calls' | 'answer';
}

const LONG = 'word '.repeat(8_000);
const withPart = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
const cached = { ...withPart({ type: 'text', text: LONG }) };

/** Fields of both dialects. */
export const SHARED_CASES: Readonly<Record<string, Case>> = {
  model: { body: { model: 'another' }, shows: 'answer' },
  stream: { body: { stream: true }, shows: 'answer' },
  'stream_options.include_usage': {
    body: { stream: true, stream_options: { include_usage: true } },
    shows: 'answer',
  },
  'stream_options.include_obfuscation': { body: { stream: true, stream_options: { include_obfuscation: true } } },
  max_tokens: { body: { max_tokens: 17 } },
  temperature: { body: { temperature: 0.5 }, off: 'claude-opus-4-8' },
  top_p: { body: { top_p: 0.5 }, off: 'claude-opus-4-8' },
  stop: { body: { stop: ['END'] }, off: 'deepseek-v3-2' },
  n: { body: { n: 2 }, shows: 'calls' },
  seed: { body: { seed: 7 } },
  logit_bias: { body: { logit_bias: { 1: 5 } } },
  frequency_penalty: { body: { frequency_penalty: 1 } },
  presence_penalty: { body: { presence_penalty: 1 } },
  user: { body: { user: 'ada' } },
  safety_identifier: { body: { safety_identifier: 'ada' } },
  metadata: { body: { metadata: { team: 'blue' } } },
  service_tier: { body: { service_tier: 'flex' }, on: 'nova-2-lite', off: 'claude-3-7-sonnet' },
  thinking: { body: { thinking: true }, off: 'claude-3-5-sonnet' },
  max_thinking_tokens: { body: { thinking: true, max_thinking_tokens: 2_000 }, off: 'claude-3-5-sonnet' },
  thinking_max_tokens: { body: { thinking: true, thinking_max_tokens: 2_000 }, off: 'claude-3-5-sonnet' },
  max_thinking_length: { body: { thinking: true, max_thinking_length: 2_000 }, off: 'claude-3-5-sonnet' },
  enable_extended_output: { body: { enable_extended_output: true }, off: 'claude-opus-4-8' },
  enable_computer_use: { body: { enable_computer_use: true }, off: 'nova-2-lite' },
  top_k: { body: { top_k: 5 }, off: 'nova-2-lite' },
  guardrailConfig: { body: { guardrailConfig: { guardrailIdentifier: 'a', guardrailVersion: '1' } } },
  guardrail_config: { body: { guardrail_config: { guardrailIdentifier: 'a', guardrailVersion: '1' } } },
  performanceConfig: {
    body: { performanceConfig: { latency: 'optimized' } },
    on: 'nova-2-lite',
    off: 'claude-3-7-sonnet',
  },
  performance_config: {
    body: { performance_config: { latency: 'optimized' } },
    on: 'nova-2-lite',
    off: 'claude-3-7-sonnet',
  },
  additionalModelRequestFields: { body: { additionalModelRequestFields: { reasoning: 'x' } } },
  additional_model_request_fields: { body: { additional_model_request_fields: { reasoning: 'x' } } },
  anthropic_beta: { body: { anthropic_beta: ['a-beta'] } },
};

export const CHAT_CASES: Readonly<Record<string, Case>> = {
  ...SHARED_CASES,
  max_completion_tokens: { body: { max_completion_tokens: 17 } },
  reasoning_effort: { body: { reasoning_effort: 'high' }, off: 'claude-3-5-sonnet' },
  include_reasoning: { body: { include_reasoning: false }, shows: 'answer' },
  verbosity: { body: { verbosity: 'low' } },
  logprobs: { body: { logprobs: true } },
  top_logprobs: { body: { top_logprobs: 3 } },
  prediction: { body: { prediction: { type: 'content', content: 'Hi' } } },
  modalities: { body: { modalities: ['text', 'audio'] } },
  audio: { body: { audio: { voice: 'alloy', format: 'wav' } } },
  web_search_options: { body: { web_search_options: {} } },
  store: { body: { store: true } },
  moderation: { body: { moderation: { model: 'omni' } } },
  prompt_cache_key: { body: { ...cached, prompt_cache_key: 'a' }, off: 'gpt-oss-120b' },
  prompt_cache_options: { body: { ...cached, prompt_cache_options: { mode: 'implicit' } }, off: 'gpt-oss-120b' },
  prompt_cache_retention: { body: { ...cached, prompt_cache_retention: '24h' }, off: 'gpt-oss-120b' },
  system: { body: { system: 'Be brief.' } },
  messages: { body: { messages: [{ role: 'user', content: 'Something else' }] } },
  'messages[].role': {
    body: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
  },
  'messages[].content': { body: withPart({ type: 'text', text: 'Parts' }) },
  'messages[].name': { body: { messages: [{ role: 'user', name: 'Ada', content: 'Hi' }] } },
  'messages[].refusal': {
    body: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, refusal: 'No.' },
      ],
    },
  },
  'messages[].audio': {
    body: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', audio: { id: 'a' } },
      ],
    },
  },
  'messages[].cache_control': {
    body: { messages: [{ role: 'user', content: 'Hi', cache_control: { type: 'ephemeral' } }] },
    off: 'gpt-oss-120b',
  },
  'messages[].content[].type': { body: withPart({ type: 'text', text: 'Typed' }) },
  'messages[].content[].text': { body: withPart({ type: 'text', text: 'Parts' }) },
  'messages[].content[].refusal': {
    body: {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'user', content: 'Hi' },
      ],
    },
  },
  'messages[].content[].prompt_cache_breakpoint': {
    body: withPart({ type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }),
    off: 'gpt-oss-120b',
  },
  'messages[].content[].cache_control': {
    body: withPart({ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }),
    off: 'gpt-oss-120b',
  },
};

export const COMPLETIONS_CASES: Readonly<Record<string, Case>> = {
  ...SHARED_CASES,
  prompt: { body: { prompt: 'Something else' } },
  echo: { body: { echo: true }, shows: 'answer' },
  best_of: { body: { best_of: 3 } },
  logprobs: { body: { logprobs: 1 } },
  suffix: { body: { suffix: 'the end' } },
};

const withInput = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
const cachedInput = withInput({ type: 'input_text', text: LONG });

export const RESPONSES_CASES: Readonly<Record<string, Case>> = {
  ...SHARED_CASES,
  max_output_tokens: { body: { max_output_tokens: 17 } },
  'reasoning.effort': { body: { reasoning: { effort: 'high' } }, off: 'claude-3-5-sonnet' },
  'reasoning.summary': { body: { reasoning: { summary: 'auto' } }, shows: 'answer' },
  'reasoning.generate_summary': { body: { reasoning: { generate_summary: 'auto' } }, shows: 'answer' },
  'reasoning.mode': { body: { reasoning: { mode: 'pro' } } },
  'reasoning.context': { body: { reasoning: { context: 'all_turns' } } },
  'text.verbosity': { body: { text: { verbosity: 'low' } } },
  top_logprobs: { body: { top_logprobs: 3 } },
  include: { body: { include: ['reasoning.encrypted_content'] }, shows: 'answer' },
  truncation: { body: { truncation: 'auto' } },
  max_tool_calls: { body: { max_tool_calls: 3 } },
  store: { body: { store: true } },
  previous_response_id: { body: { previous_response_id: 'resp_1' } },
  background: { body: { background: true } },
  conversation: { body: { conversation: 'conv_1' } },
  prompt: { body: { prompt: { id: 'pmpt_1' } } },
  context_management: { body: { context_management: [{ type: 'compaction' }] } },
  moderation: { body: { moderation: { model: 'omni' } } },
  image: { body: { image: { context_compression: 'enabled' } } },
  access_programs: { body: { access_programs: { cyber: 'standard' } } },
  prompt_cache_key: { body: { ...cachedInput, prompt_cache_key: 'a' }, off: 'gpt-oss-120b' },
  prompt_cache_options: { body: { ...cachedInput, prompt_cache_options: { mode: 'implicit' } }, off: 'gpt-oss-120b' },
  prompt_cache_retention: { body: { ...cachedInput, prompt_cache_retention: '24h' }, off: 'gpt-oss-120b' },
  instructions: { body: { instructions: 'Be brief.' } },
  input: { body: { input: 'Something else' } },
  'input[].type': { body: { input: [{ type: 'message', role: 'user', content: 'Typed' }] } },
  'input[].role': {
    body: {
      input: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
  },
  'input[].content': { body: withInput({ type: 'input_text', text: 'Parts' }) },
  'input[].content[].prompt_cache_breakpoint': {
    body: withInput({ type: 'input_text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }),
    off: 'gpt-oss-120b',
  },
  'input[].content[].cache_control': {
    body: withInput({ type: 'input_text', text: 'Hi', cache_control: { type: 'ephemeral' } }),
    off: 'gpt-oss-120b',
  },
};

/** Rows with separate tests elsewhere, because they need tools, media or more than one field. */
export const VERIFIED_ELSEWHERE: readonly string[] = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'response_format',
  'messages[].tool_calls',
  'messages[].function_call',
  'messages[].tool_call_id',
  'messages[].content[].image_url',
  'messages[].content[].input_audio',
  'messages[].content[].file',
  'text.format',
  'input[].encrypted_content',
  'input[].content[].image_url',
  'input[].content[].file_data',
];
