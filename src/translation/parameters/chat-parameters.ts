import type { Parameter, ParameterTable } from './parameter.ts';
import {
  REQUEST_PARAMETERS,
  EXTENSION_PARAMETERS,
  PROMPT_CACHE_PARAMETERS,
  SHARED_PARAMETERS,
} from './shared-parameters.ts';

const GENERATION: ParameterTable = [
  {
    field: 'max_completion_tokens',
    treatment: 'honored',
    note: "Takes precedence over max_tokens. Lowered to the model's maximum if it is higher.",
  },
  {
    field: 'reasoning_effort',
    treatment: 'honored',
    without: { capability: 'thinking', treatment: 'adjusted' },
    note: 'Sent as an effort or a token budget, whichever the model accepts, with the nearest accepted value.',
  },
  {
    field: 'include_reasoning',
    treatment: 'emulated',
    note: 'With false, messages and chunks contain no reasoning. Usage still counts it. The reasoning before tool calls returns to the model by their ids.',
  },
  { field: 'verbosity', treatment: 'ignored', harmless: ['medium'], note: 'No model on Bedrock has this setting.' },
  {
    field: 'logprobs',
    treatment: 'ignored',
    harmless: [false],
    note: 'Converse returns no probabilities. logprobs is null in answers.',
  },
  { field: 'top_logprobs', treatment: 'ignored', harmless: [0], note: 'Converse returns no probabilities.' },
  { field: 'prediction', treatment: 'ignored', note: 'Affects only the speed of an answer, never its text.' },
  {
    field: 'modalities',
    treatment: 'rejected',
    harmless: [['text']],
    note: 'Models on Bedrock answer in text only.',
  },
  { field: 'audio', treatment: 'rejected', note: 'Models on Bedrock answer in text only.' },
];

const TOOLS: ParameterTable = [
  {
    field: 'tools',
    treatment: 'honored',
    without: { capability: 'tools', treatment: 'rejected' },
    note: "Function tools are sent as Converse tools, custom tools as functions with one string. Anthropic's format (`input_schema`) and the flat format of the Responses API are accepted as well.",
  },
  {
    field: 'tool_choice',
    treatment: 'honored',
    without: { capability: 'forced tools', treatment: 'adjusted' },
    note: "none, auto, required, a named tool or allowed_tools. Anthropic's format and the flat format are accepted as well.",
  },
  {
    field: 'parallel_tool_calls',
    treatment: 'honored',
    note: "For Claude, false is sent in Anthropic's format. Other models receive an instruction.",
  },
  { field: 'functions', treatment: 'emulated', note: 'Converted to tools. The answer contains a function_call.' },
  { field: 'function_call', treatment: 'emulated', note: 'Converted to tool_choice.' },
  {
    field: 'response_format',
    treatment: 'honored',
    without: { capability: 'native structured output', treatment: 'emulated' },
    note: 'Sent natively, as a forced tool or as instructions, depending on the model. The gateway validates the answer.',
  },
  { field: 'web_search_options', treatment: 'rejected', whenEmpty: 'asks', note: 'Bedrock has no web search.' },
];

const ADMINISTRATION: ParameterTable = [
  { field: 'store', treatment: 'ignored', harmless: [false], note: 'The gateway stores no answers of this API.' },
  { field: 'moderation', treatment: 'ignored', note: 'The guardrail of the settings moderates requests.' },
  ...PROMPT_CACHE_PARAMETERS,
];

const MESSAGES: ParameterTable = [
  {
    field: 'system',
    treatment: 'honored',
    note: "Anthropic's system prompt, placed before the instructions of the messages.",
  },
  {
    field: 'messages',
    treatment: 'honored',
    note: 'Merged and completed as Bedrock requires, so that turns alternate.',
  },
  {
    field: 'messages[].role',
    treatment: 'honored',
    note: 'system and developer messages before the first turn become the system prompt. Later ones stay at their position, as marked text of a user turn. tool and function messages are results of the previous turn.',
  },
  { field: 'messages[].content', treatment: 'honored', note: 'Text or parts. Blank text is dropped.' },
  {
    field: 'messages[].name',
    treatment: 'ignored',
    note: 'Converse has no names of participants. Names on tool results repeat those of the calls.',
  },
  { field: 'messages[].refusal', treatment: 'honored', note: 'Sent as text of the assistant.' },
  { field: 'messages[].audio', treatment: 'rejected', note: 'The gateway stores no audio answers.' },
  { field: 'messages[].tool_calls', treatment: 'honored', note: 'Sent as tool calls of the turn.' },
  { field: 'messages[].function_call', treatment: 'emulated', note: 'Sent as a tool call of the turn.' },
  {
    field: 'messages[].tool_call_id',
    treatment: 'honored',
    note: 'Assigns a result to its call. A result without a call becomes text.',
  },
  {
    field: 'messages[].content[].type',
    treatment: 'honored',
    note: "Also Anthropic's tool_use, tool_result, image and document, and input_text, input_image, input_file and output_text of the Responses API. Other types are rejected.",
  },
  { field: 'messages[].content[].text', treatment: 'honored', note: 'Sent unchanged, without lone surrogates.' },
  { field: 'messages[].content[].refusal', treatment: 'honored', note: 'Sent as text of the assistant.' },
  {
    field: 'messages[].content[].image_url',
    treatment: 'honored',
    without: { capability: 'vision', treatment: 'rejected' },
    note: 'Data URLs, and https URLs if the settings allow the gateway to fetch them.',
  },
  {
    field: 'messages[].content[].input_audio',
    treatment: 'honored',
    without: { capability: 'audio', treatment: 'rejected' },
    note: 'For models that accept audio.',
  },
  {
    field: 'messages[].content[].file',
    treatment: 'honored',
    without: { capability: 'documents', treatment: 'rejected' },
    note: 'Sent as a document, from file_data. The gateway stores no files, so file_id is rejected.',
  },
  {
    field: 'messages[].cache_control',
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'A cache point at the end of the message, as LiteLLM and the AI SDK send it.',
  },
  ...(['prompt_cache_breakpoint', 'cache_control'] as const).map((name): Parameter => ({
    field: `messages[].content[].${name}`,
    treatment: 'honored',
    without: { capability: 'a prompt cache', treatment: 'adjusted' },
    note: 'A cache point after the part. At most four in a request, with longer lifetimes before shorter ones.',
  })),
];

/** Fields of `POST /v1/chat/completions`. */
export const CHAT_PARAMETERS: ParameterTable = [
  ...SHARED_PARAMETERS,
  ...GENERATION,
  ...TOOLS,
  ...REQUEST_PARAMETERS,
  ...ADMINISTRATION,
  ...MESSAGES,
  ...EXTENSION_PARAMETERS,
];
