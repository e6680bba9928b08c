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
    verdict: 'honoured',
    note: "Outranks max_tokens; lowered to the model's maximum where it is above.",
  },
  {
    field: 'reasoning_effort',
    verdict: 'honoured',
    without: { capability: 'thinking', verdict: 'adjusted' },
    note: 'Effort, a budget of tokens or nothing, as the model has it; the nearest it takes.',
  },
  { field: 'verbosity', verdict: 'ignored', harmless: ['medium'], note: 'No model on Bedrock has the setting.' },
  {
    field: 'logprobs',
    verdict: 'ignored',
    harmless: [false],
    note: 'Converse tells no probabilities; logprobs is null.',
  },
  { field: 'top_logprobs', verdict: 'ignored', harmless: [0], note: 'Converse tells no probabilities.' },
  { field: 'prediction', verdict: 'ignored', note: 'Changes the speed of an answer, never its text.' },
  {
    field: 'modalities',
    verdict: 'refused',
    harmless: [['text']],
    note: 'Models on Bedrock answer in text only.',
  },
  { field: 'audio', verdict: 'refused', note: 'Models on Bedrock answer in text only.' },
];

const TOOLS: ParameterTable = [
  {
    field: 'tools',
    verdict: 'honoured',
    without: { capability: 'tools', verdict: 'refused' },
    note: "Function tools as Converse has them; custom tools as functions with one string. Also in Anthropic's form (`input_schema`) and the flat one of responses.",
  },
  {
    field: 'tool_choice',
    verdict: 'honoured',
    without: { capability: 'forced tools', verdict: 'adjusted' },
    note: "none, auto, required, a named tool or allowed_tools; also in Anthropic's and the flat form.",
  },
  { field: 'parallel_tool_calls', verdict: 'honoured', note: "False reaches Claude in Anthropic's own words." },
  { field: 'functions', verdict: 'emulated', note: 'As tools; the answer is a function_call.' },
  { field: 'function_call', verdict: 'emulated', note: 'As tool_choice.' },
  {
    field: 'response_format',
    verdict: 'honoured',
    without: { capability: 'native structured output', verdict: 'emulated' },
    note: 'Native, by a forced tool or by instructions, as the model has it; the answer is validated.',
  },
  { field: 'web_search_options', verdict: 'refused', whenEmpty: 'asks', note: 'Bedrock has no web search.' },
];

const ADMINISTRATION: ParameterTable = [
  { field: 'store', verdict: 'ignored', harmless: [false], note: 'The gateway stores no answers.' },
  { field: 'moderation', verdict: 'ignored', note: 'The guardrail of the settings is what moderates.' },
  ...PROMPT_CACHE_PARAMETERS,
];

const MESSAGES: ParameterTable = [
  { field: 'system', verdict: 'honoured', note: "Anthropic's instructions, in front of those of the messages." },
  { field: 'messages', verdict: 'honoured', note: 'Merged and completed where Bedrock wants turns to alternate.' },
  {
    field: 'messages[].role',
    verdict: 'honoured',
    note: "system and developer go to the top before the first turn; later ones keep their place, as marked text of the user's turn. tool and function are results of the turn before.",
  },
  { field: 'messages[].content', verdict: 'honoured', note: 'Text or parts; blank text is left out.' },
  {
    field: 'messages[].name',
    verdict: 'ignored',
    note: 'Converse has no names of speakers. Names on results of tools repeat those of the calls.',
  },
  { field: 'messages[].refusal', verdict: 'honoured', note: 'As text of the assistant.' },
  { field: 'messages[].audio', verdict: 'refused', note: 'Answers in audio are not kept.' },
  { field: 'messages[].tool_calls', verdict: 'honoured', note: 'As tool uses of the turn.' },
  { field: 'messages[].function_call', verdict: 'emulated', note: 'As a tool use of the turn.' },
  {
    field: 'messages[].tool_call_id',
    verdict: 'honoured',
    note: 'Ties a result to its call. A result without a call becomes text.',
  },
  {
    field: 'messages[].content[].type',
    verdict: 'honoured',
    note: "Also Anthropic's tool_use, tool_result, image and document, and input_text, input_image, input_file and output_text of responses. Other types are refused.",
  },
  { field: 'messages[].content[].text', verdict: 'honoured', note: 'As it stands, without lone surrogates.' },
  { field: 'messages[].content[].refusal', verdict: 'honoured', note: 'As text of the assistant.' },
  {
    field: 'messages[].content[].image_url',
    verdict: 'honoured',
    without: { capability: 'vision', verdict: 'refused' },
    note: 'Data URLs, and https URLs where the settings let the gateway fetch them.',
  },
  {
    field: 'messages[].content[].input_audio',
    verdict: 'honoured',
    without: { capability: 'audio', verdict: 'refused' },
    note: 'Where the model hears.',
  },
  {
    field: 'messages[].content[].file',
    verdict: 'honoured',
    without: { capability: 'documents', verdict: 'refused' },
    note: 'As a document, with file_data; Bedrock keeps no files, so file_id is refused.',
  },
  {
    field: 'messages[].cache_control',
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'A cache point at the end of the message, as LiteLLM and the AI SDK write it.',
  },
  ...(['prompt_cache_breakpoint', 'cache_control'] as const).map((name): Parameter => ({
    field: `messages[].content[].${name}`,
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'A cache point behind the part; at most four in a request, longer times before shorter ones.',
  })),
];

/** `POST /v1/chat/completions`. */
export const CHAT_PARAMETERS: ParameterTable = [
  ...SHARED_PARAMETERS,
  ...GENERATION,
  ...TOOLS,
  ...REQUEST_PARAMETERS,
  ...ADMINISTRATION,
  ...MESSAGES,
  ...EXTENSION_PARAMETERS,
];
