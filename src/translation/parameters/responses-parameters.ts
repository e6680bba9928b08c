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
    verdict: 'honoured',
    note: "Lowered to the model's maximum where it is above; thinking counts towards it, as at OpenAI.",
  },
  {
    field: 'reasoning.effort',
    verdict: 'honoured',
    without: { capability: 'thinking', verdict: 'adjusted' },
    note: 'Effort, a budget of tokens or nothing, as the model has it; the nearest it takes.',
  },
  {
    field: 'reasoning.summary',
    verdict: 'emulated',
    note: 'What the model shows of its thoughts is the summary, asked for or not; models that think by themselves are asked to show it.',
  },
  { field: 'reasoning.generate_summary', verdict: 'emulated', note: 'As reasoning.summary.' },
  { field: 'reasoning.mode', verdict: 'ignored', harmless: ['standard'], note: 'No model on Bedrock has modes.' },
  {
    field: 'reasoning.context',
    verdict: 'ignored',
    harmless: ['auto'],
    note: 'The model itself leaves out thoughts of earlier turns.',
  },
  { field: 'text.verbosity', verdict: 'ignored', harmless: ['medium'], note: 'No model on Bedrock has the setting.' },
  {
    field: 'text.format',
    verdict: 'honoured',
    without: { capability: 'native structured output', verdict: 'emulated' },
    note: 'Native, by a forced tool or by instructions, as the model has it; the answer is validated.',
  },
  { field: 'top_logprobs', verdict: 'ignored', harmless: [0], note: 'Converse tells no probabilities.' },
  {
    field: 'include',
    verdict: 'emulated',
    note: 'reasoning.encrypted_content: signed thoughts, sealed for the API key; what tools of OpenAI would add is never there.',
  },
  {
    field: 'truncation',
    verdict: 'ignored',
    harmless: ['disabled'],
    note: 'A conversation that is too long is refused with context_length_exceeded; compact makes it short.',
  },
];

const TOOLS: ParameterTable = [
  {
    field: 'tools',
    verdict: 'honoured',
    without: { capability: 'tools', verdict: 'refused' },
    note: "Functions, custom tools, namespaces, shell, local_shell, apply_patch, tool_search of the client; OpenAI's hosted tools are refused.",
  },
  {
    field: 'tool_choice',
    verdict: 'honoured',
    without: { capability: 'forced tools', verdict: 'adjusted' },
    note: 'none, auto, required, a named tool or allowed_tools.',
  },
  { field: 'parallel_tool_calls', verdict: 'honoured', note: "False reaches Claude in Anthropic's own words." },
  { field: 'max_tool_calls', verdict: 'ignored', note: "It limits OpenAI's hosted tools, of which there are none." },
];

/** Part of the messages about a store that is off. */
export const HOW_TO_STORE =
  'to turn it on, the operator sets responses.store to redis, or to memory for a single replica';

const STATE: ParameterTable = [
  {
    field: 'store',
    verdict: 'ignored',
    harmless: [false],
    note: 'Honored unless responses.store is off; then the gateway stores nothing, and the answer has store false.',
  },
  {
    field: 'previous_response_id',
    verdict: 'refused',
    note: `Honored unless responses.store is off: then send the whole conversation as input; ${HOW_TO_STORE}.`,
  },
  {
    field: 'background',
    verdict: 'refused',
    harmless: [false],
    note: `Honored unless responses.store is off: then stream the answer instead; ${HOW_TO_STORE}.`,
  },
  {
    field: 'conversation',
    verdict: 'refused',
    note: 'Conversations are not kept: use previous_response_id or send the items.',
  },
  {
    field: 'prompt',
    verdict: 'refused',
    note: 'Prompts are not kept: send the instructions and the input themselves.',
  },
  {
    field: 'context_management',
    verdict: 'ignored',
    note: 'Nothing is made short by itself; compact does so when it is asked.',
  },
  { field: 'moderation', verdict: 'ignored', note: 'The guardrail of the settings is what moderates.' },
  { field: 'image', verdict: 'ignored', note: 'Images reach the model as they are.' },
  { field: 'access_programs', verdict: 'ignored', note: 'Bedrock has none.' },
];

const INPUT: ParameterTable = [
  { field: 'instructions', verdict: 'honoured', note: 'As the system prompt.' },
  {
    field: 'input',
    verdict: 'honoured',
    note: 'Text or items; merged and completed where Bedrock wants turns to alternate.',
  },
  {
    field: 'input[].type',
    verdict: 'honoured',
    note: 'Messages, reasoning, calls and results of the tools above, compaction; what hosted tools did is left out or becomes text.',
  },
  {
    field: 'input[].role',
    verdict: 'honoured',
    note: "system and developer go to the top before the first turn; later ones keep their place, as marked text of the user's turn.",
  },
  { field: 'input[].content', verdict: 'honoured', note: 'Text or parts; blank text is left out.' },
  {
    field: 'input[].encrypted_content',
    verdict: 'honoured',
    without: { capability: 'signed thoughts', verdict: 'adjusted' },
    note: 'Opened for the API key it was sealed for; left out where it was changed, or sealed elsewhere.',
  },
  {
    field: 'input[].content[].image_url',
    verdict: 'honoured',
    without: { capability: 'vision', verdict: 'refused' },
    note: 'Data URLs, and https URLs where the settings let the gateway fetch them; file_id is refused.',
  },
  {
    field: 'input[].content[].file_data',
    verdict: 'honoured',
    without: { capability: 'documents', verdict: 'refused' },
    note: 'As a document; Bedrock keeps no files, so file_id and file_url are refused.',
  },
  ...(['prompt_cache_breakpoint', 'cache_control'] as const).map((name): Parameter => ({
    field: `input[].content[].${name}`,
    verdict: 'honoured',
    without: { capability: 'a prompt cache', verdict: 'adjusted' },
    note: 'A cache point behind the part; at most four in a request, longer times before shorter ones.',
  })),
];

/** `POST /v1/responses`. */
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
