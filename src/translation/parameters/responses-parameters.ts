import type { Parameter, ParameterTable } from './parameter.ts';
import {
  REQUEST_PARAMETERS,
  EXTENSION_PARAMETERS,
  PROMPT_CACHE_PARAMETERS,
  SHARED_PARAMETERS,
} from './shared-parameters.ts';

const IN_COMMON = ['model', 'stream', 'stream_options.include_obfuscation', 'temperature', 'top_p', 'user'];

const GENERATION: ParameterTable = [
  {
    field: 'max_output_tokens',
    treatment: 'honored',
    note: "Lowered to the model's maximum if it is higher. Thinking counts towards it, as in OpenAI's API.",
  },
  {
    field: 'reasoning.effort',
    treatment: 'honored',
    without: { capability: 'thinking', treatment: 'adjusted' },
    note: 'Sent as an effort or a token budget, whichever the model accepts, with the nearest accepted value.',
  },
  {
    field: 'reasoning.summary',
    treatment: 'emulated',
    note: 'The summary is the reasoning that the model discloses, also without this field. For models that reason by default, the gateway requests the reasoning.',
  },
  { field: 'reasoning.generate_summary', treatment: 'emulated', note: 'As reasoning.summary.' },
  { field: 'reasoning.mode', treatment: 'ignored', harmless: ['standard'], note: 'No model on Bedrock has modes.' },
  {
    field: 'reasoning.context',
    treatment: 'ignored',
    harmless: ['auto'],
    note: 'The model itself omits the reasoning of earlier turns.',
  },
  {
    field: 'text.verbosity',
    treatment: 'ignored',
    harmless: ['medium'],
    note: 'No model on Bedrock has this setting.',
  },
  {
    field: 'text.format',
    treatment: 'honored',
    without: { capability: 'native structured output', treatment: 'emulated' },
    note: 'Sent natively, as a forced tool or as instructions, depending on the model. The gateway validates the answer.',
  },
  { field: 'top_logprobs', treatment: 'ignored', harmless: [0], note: 'Converse returns no probabilities.' },
  {
    field: 'include',
    treatment: 'emulated',
    note: "reasoning.encrypted_content contains signed reasoning, sealed for the API key. Content of OpenAI's hosted tools is never included.",
  },
  {
    field: 'truncation',
    treatment: 'ignored',
    harmless: ['disabled'],
    note: 'A conversation that is too long is rejected with context_length_exceeded. Use compact to shorten it.',
  },
];

const TOOLS: ParameterTable = [
  {
    field: 'tools',
    treatment: 'honored',
    without: { capability: 'tools', treatment: 'rejected' },
    note: "Functions, custom tools, namespaces, shell, local_shell, apply_patch, and tool_search run by the client. OpenAI's hosted tools are rejected.",
  },
  {
    field: 'tool_choice',
    treatment: 'honored',
    without: { capability: 'forced tools', treatment: 'adjusted' },
    note: 'none, auto, required, a named tool or allowed_tools.',
  },
  {
    field: 'parallel_tool_calls',
    treatment: 'honored',
    note: "For Claude, false is sent in Anthropic's format. Other models receive an instruction.",
  },
  {
    field: 'max_tool_calls',
    treatment: 'ignored',
    note: "Limits OpenAI's hosted tools, which Bedrock does not offer.",
  },
];

/** Part of error messages: how an operator enables the storage of responses. */
export const STORAGE_ADVICE =
  'to enable storage, the operator sets responses.store to redis, or to memory for a single replica';

const STATE: ParameterTable = [
  {
    field: 'store',
    treatment: 'ignored',
    harmless: [false],
    note: 'Honored unless responses.store is off. Then the gateway stores nothing, and the answer has store false.',
  },
  {
    field: 'previous_response_id',
    treatment: 'rejected',
    note: `Honored unless responses.store is off. Then send the whole conversation as input; ${STORAGE_ADVICE}.`,
  },
  {
    field: 'background',
    treatment: 'rejected',
    harmless: [false],
    note: `Honored unless responses.store is off. Then stream the answer instead; ${STORAGE_ADVICE}.`,
  },
  {
    field: 'conversation',
    treatment: 'rejected',
    note: 'The gateway stores no conversations. Use previous_response_id, or send the items.',
  },
  {
    field: 'prompt',
    treatment: 'rejected',
    note: 'The gateway stores no prompts. Send the instructions and the input instead.',
  },
  {
    field: 'context_management',
    treatment: 'ignored',
    note: 'The gateway does not shorten conversations by itself. Use the compact endpoint.',
  },
  { field: 'moderation', treatment: 'ignored', note: 'The guardrail of the settings moderates requests.' },
  { field: 'image', treatment: 'ignored', note: 'Images are sent unchanged.' },
  { field: 'access_programs', treatment: 'ignored', note: 'Bedrock has none.' },
];

const INPUT: ParameterTable = [
  { field: 'instructions', treatment: 'honored', note: 'Sent as the system prompt.' },
  {
    field: 'input',
    treatment: 'honored',
    note: 'Text or items. Merged and completed as Bedrock requires, so that turns alternate.',
  },
  {
    field: 'input[].type',
    treatment: 'honored',
    note: 'Messages, reasoning, calls and results of the tools above, and compaction. Items of hosted tools are dropped or become text.',
  },
  {
    field: 'input[].role',
    treatment: 'honored',
    note: 'system and developer messages before the first turn become the system prompt. Later ones stay at their position, as marked text of a user turn.',
  },
  { field: 'input[].content', treatment: 'honored', note: 'Text or parts. Blank text is dropped.' },
  {
    field: 'input[].encrypted_content',
    treatment: 'honored',
    without: { capability: 'signed thinking', treatment: 'adjusted' },
    note: 'Opened for the API key that it was sealed for. Dropped if it was changed, or sealed by another gateway.',
  },
  {
    field: 'input[].content[].image_url',
    treatment: 'honored',
    without: { capability: 'vision', treatment: 'rejected' },
    note: 'Data URLs, and https URLs if the settings allow the gateway to fetch them. file_id is rejected.',
  },
  {
    field: 'input[].content[].file_data',
    treatment: 'honored',
    without: { capability: 'documents', treatment: 'rejected' },
    note: 'Sent as a document. The gateway stores no files, so file_id and file_url are rejected.',
  },
  ...(['prompt_cache_breakpoint', 'cache_control'] as const).map((name): Parameter => ({
    field: `input[].content[].${name}`,
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'A cache point after the part. At most four in a request, with longer lifetimes before shorter ones.',
  })),
];

/** Fields of `POST /v1/responses`. */
export const RESPONSES_PARAMETERS: ParameterTable = [
  ...SHARED_PARAMETERS.filter(({ field }) => IN_COMMON.includes(field)),
  ...GENERATION,
  ...TOOLS,
  ...REQUEST_PARAMETERS,
  ...STATE,
  ...PROMPT_CACHE_PARAMETERS,
  ...INPUT,
  ...EXTENSION_PARAMETERS,
];
