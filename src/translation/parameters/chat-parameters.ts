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
    verdict: 'honored',
    note: "Takes precedence over max_tokens. Lowered to the model's maximum if it is higher.",
  },
  {
    field: 'reasoning_effort',
    verdict: 'honored',
    without: { capability: 'thinking', verdict: 'adjusted' },
    note: 'Sent as an effort or a token budget, whichever the model accepts, with the nearest accepted value.',
  },
  {
    field: 'include_reasoning',
    verdict: 'emulated',
    note: 'With false, messages and chunks contain no reasoning. Usage still counts it. The reasoning before tool calls returns to the model by their ids.',
  },
  { field: 'verbosity', verdict: 'ignored', harmless: ['medium'], note: 'No model on Bedrock has this setting.' },
  {
    field: 'logprobs',
    verdict: 'ignored',
    harmless: [false],
    note: 'Converse returns no probabilities. logprobs is null in answers.',
  },
  { field: 'top_logprobs', verdict: 'ignored', harmless: [0], note: 'Converse returns no probabilities.' },
  { field: 'prediction', verdict: 'ignored', note: 'Affects only the speed of an answer, never its text.' },
  {
    field: 'modalities',
    verdict: 'rejected',
    harmless: [['text']],
    note: 'Models on Bedrock answer in text only.',
  },
  { field: 'audio', verdict: 'rejected', note: 'Models on Bedrock answer in text only.' },
];

const TOOLS: ParameterTable = [
  {
    field: 'tools',
    verdict: 'honored',
    without: { capability: 'tools', verdict: 'rejected' },
    note: "Function tools are sent as Converse tools, custom tools as functions with one string. Anthropic's format (`input_schema`) and the flat format of the Responses API are accepted as well.",
  },
  {
    field: 'tool_choice',
    verdict: 'honored',
    without: { capability: 'forced tools', verdict: 'adjusted' },
    note: "none, auto, required, a named tool or allowed_tools. Anthropic's format and the flat format are accepted as well.",
  },
  {
    field: 'parallel_tool_calls',
    verdict: 'honored',
    note: "For Claude, false is sent in Anthropic's format. Other models receive an instruction.",
  },
  { field: 'functions', verdict: 'emulated', note: 'Converted to tools. The answer contains a function_call.' },
  { field: 'function_call', verdict: 'emulated', note: 'Converted to tool_choice.' },
  {
    field: 'response_format',
    verdict: 'honored',
    without: { capability: 'native structured output', verdict: 'emulated' },
    note: 'Sent natively, as a forced tool or as instructions, depending on the model. The gateway validates the answer.',
  },
  { field: 'web_search_options', verdict: 'rejected', whenEmpty: 'asks', note: 'Bedrock has no web search.' },
];

const ADMINISTRATION: ParameterTable = [
  { field: 'store', verdict: 'ignored', harmless: [false], note: 'The gateway stores no answers of this API.' },
  { field: 'moderation', verdict: 'ignored', note: 'The guardrail of the settings moderates requests.' },
  ...PROMPT_CACHE_PARAMETERS,
];

const MESSAGES: ParameterTable = [
  {
    field: 'system',
    verdict: 'honored',
    note: "Anthropic's system prompt, placed before the instructions of the messages.",
  },
  { field: 'messages', verdict: 'honored', note: 'Merged and completed as Bedrock requires, so that turns alternate.' },
  {
    field: 'messages[].role',
    verdict: 'honored',
    note: 'system and developer messages before the first turn become the system prompt. Later ones stay at their position, as marked text of a user turn. tool and function messages are results of the previous turn.',
  },
  { field: 'messages[].content', verdict: 'honored', note: 'Text or parts. Blank text is dropped.' },
  {
    field: 'messages[].name',
    verdict: 'ignored',
    note: 'Converse has no names of participants. Names on tool results repeat those of the calls.',
  },
  { field: 'messages[].refusal', verdict: 'honored', note: 'Sent as text of the assistant.' },
  { field: 'messages[].audio', verdict: 'rejected', note: 'The gateway stores no audio answers.' },
  { field: 'messages[].tool_calls', verdict: 'honored', note: 'Sent as tool calls of the turn.' },
  { field: 'messages[].function_call', verdict: 'emulated', note: 'Sent as a tool call of the turn.' },
  {
    field: 'messages[].tool_call_id',
    verdict: 'honored',
    note: 'Assigns a result to its call. A result without a call becomes text.',
  },
  {
    field: 'messages[].content[].type',
    verdict: 'honored',
    note: "Also Anthropic's tool_use, tool_result, image and document, and input_text, input_image, input_file and output_text of the Responses API. Other types are rejected.",
  },
  { field: 'messages[].content[].text', verdict: 'honored', note: 'Sent unchanged, without lone surrogates.' },
  { field: 'messages[].content[].refusal', verdict: 'honored', note: 'Sent as text of the assistant.' },
  {
    field: 'messages[].content[].image_url',
    verdict: 'honored',
    without: { capability: 'vision', verdict: 'rejected' },
    note: 'Data URLs, and https URLs if the settings allow the gateway to fetch them.',
  },
  {
    field: 'messages[].content[].input_audio',
    verdict: 'honored',
    without: { capability: 'audio', verdict: 'rejected' },
    note: 'For models that accept audio.',
  },
  {
    field: 'messages[].content[].file',
    verdict: 'honored',
    without: { capability: 'documents', verdict: 'rejected' },
    note: 'Sent as a document, from file_data. The gateway stores no files, so file_id is rejected.',
  },
  {
    field: 'messages[].cache_control',
    verdict: 'honored',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'A cache point at the end of the message, as LiteLLM and the AI SDK send it.',
  },
  ...(['prompt_cache_breakpoint', 'cache_control'] as const).map((name): Parameter => ({
    field: `messages[].content[].${name}`,
    verdict: 'honored',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
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
