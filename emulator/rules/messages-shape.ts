import { anything, boolean, list, oneOf, record, text } from './shape.ts';
import type { RecordShape, Shape } from './shape.ts';

const cache_control = record({ 'type!': oneOf('ephemeral'), ttl: oneOf('5m', '1h') });
const citations: Shape = { is: 'string-or', string: anything, other: anything };

const textBlock = record({ 'text!': text(), cache_control, citations });
const imageBlock = record({
  // Bedrock does not support URLs.
  'source!': {
    is: 'tagged',
    members: {
      base64: record({
        'media_type!': oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp'),
        'data!': { is: 'blob' },
      }),
    },
  },
  cache_control,
});
const documentBlock = record({
  'source!': {
    is: 'tagged',
    members: {
      base64: record({ 'media_type!': oneOf('application/pdf'), 'data!': { is: 'blob' } }),
      text: record({ 'media_type!': oneOf('text/plain'), 'data!': text() }),
      content: record({ 'content!': anything }),
    },
  },
  title: text(),
  context: text(),
  citations,
  cache_control,
});
const searchResult = record({
  'source!': text(),
  'title!': text(),
  'content!': list(anything),
  citations,
  cache_control,
});
const opaque: RecordShape = { is: 'record', members: {}, required: [], open: true };

const content = (members: Readonly<Record<string, RecordShape>>): Shape => ({
  is: 'string-or',
  string: text(),
  other: list({ is: 'tagged', members }),
});

const resultContent = content({
  text: textBlock,
  image: imageBlock,
  document: documentBlock,
  search_result: searchResult,
  tool_reference: opaque,
});
const id = text({ min: 1, pattern: /^[a-zA-Z0-9_-]+$/ });
const toolName = text({ min: 1, max: 128, pattern: /^[a-zA-Z0-9_-]{1,128}$/ });

const message = record({
  'role!': oneOf('user', 'assistant', 'system'),
  'content!': content({
    text: textBlock,
    image: imageBlock,
    document: documentBlock,
    search_result: searchResult,
    tool_use: record({
      'id!': id,
      'name!': text({ min: 1, max: 200 }),
      'input!': opaque,
      cache_control,
      caller: anything,
    }),
    tool_result: record({ 'tool_use_id!': id, content: resultContent, is_error: boolean, cache_control }),
    thinking: record({ 'thinking!': text(), 'signature!': text() }),
    redacted_thinking: record({ 'data!': text() }),
    server_tool_use: opaque,
    tool_search_tool_result: opaque,
  }),
});

export const THINKING: Shape = {
  is: 'tagged',
  members: {
    enabled: record({
      'budget_tokens!': { is: 'integer', min: 1024 },
      display: oneOf('summarized', 'omitted'),
      block_binding: anything,
    }),
    adaptive: record({ display: oneOf('summarized', 'omitted'), block_binding: anything }),
    disabled: record({}),
    between_tools: record({ display: oneOf('summarized', 'omitted'), block_binding: anything }),
  },
};

const parallel = { disable_parallel_tool_use: boolean };
export const TOOL_CHOICE: Shape = {
  is: 'tagged',
  members: {
    auto: record(parallel),
    any: record(parallel),
    none: record({}),
    tool: record({ 'name!': text(), ...parallel }),
  },
};

/** Types of Anthropic-defined tools that Bedrock supports. */
const BUILT_IN = [
  'bash_20250124',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
  'computer_20241022',
  'computer_20250124',
  'computer_20251124',
  'memory_20250818',
  'tool_search_tool_regex_20251119',
  'tool_search_tool_regex',
];

const customTool = record({
  'name!': toolName,
  description: text(),
  'input_schema!': anything,
  cache_control,
  strict: boolean,
  defer_loading: boolean,
  input_examples: anything,
  allowed_callers: anything,
});

export const TOOLS: Shape = list({
  is: 'tagged',
  byDefault: 'custom',
  members: { custom: customTool, ...Object.fromEntries(BUILT_IN.map((type) => [type, opaque])) },
});

export const OUTPUT_CONFIG: Shape = record({
  effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
  format: { is: 'tagged', members: { json_schema: record({ 'schema!': anything, name: text() }) } },
});

/** Shape of a body of Anthropic's Messages API in InvokeModel, which has no `model` and no `stream`. */
export const MESSAGES: Shape = record({
  'anthropic_version!': oneOf('bedrock-2023-05-31'),
  anthropic_beta: list(text()),
  'max_tokens!': { is: 'integer', min: 1 },
  'messages!': list(message, 1),
  system: { is: 'string-or', string: text(), other: list({ is: 'tagged', members: { text: textBlock } }) },
  temperature: { is: 'number', min: 0, max: 1 },
  top_p: { is: 'number', min: 0, max: 1 },
  top_k: { is: 'integer', min: 0 },
  stop_sequences: list(text()),
  tools: TOOLS,
  tool_choice: TOOL_CHOICE,
  thinking: THINKING,
  metadata: record({ user_id: text({ max: 256 }) }),
  output_config: OUTPUT_CONFIG,
  context_management: anything,
  'amazon-bedrock-guardrailConfig': anything,
});

/** Fields of Claude in Converse's `additionalModelRequestFields`. Converse has separate fields for the others. */
export const CLAUDE_FIELDS: Shape = record({
  anthropic_beta: list(text()),
  thinking: THINKING,
  output_config: OUTPUT_CONFIG,
  top_k: { is: 'integer', min: 0 },
  tool_choice: TOOL_CHOICE,
  tools: TOOLS,
  context_management: anything,
});

/** Fields that require a beta flag. */
export const FIELDS_OF_BETAS: Readonly<Record<string, string>> = {
  context_management: 'context-management-2025-06-27',
};

/** Fields of tools that require a beta flag. */
export const TOOL_FIELDS_OF_BETAS: Readonly<Record<string, string>> = {
  defer_loading: 'tool-search-tool-2025-10-19',
  input_examples: 'tool-examples-2025-10-29',
};

export const BETAS: ReadonlySet<string> = new Set([
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'token-efficient-tools-2025-02-19',
  'output-128k-2025-02-19',
  'interleaved-thinking-2025-05-14',
  'fine-grained-tool-streaming-2025-05-14',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dev-full-thinking-2025-05-14',
  'effort-2025-11-24',
  'tool-search-tool-2025-10-19',
  'tool-examples-2025-10-29',
  'thinking-binding-controls-2026-08-01',
  'prompt-caching-2024-07-31',
]);
