import { definitionOf } from '../openai-chat/request/tools/chat-tool-definition.ts';
import {
  ANTHROPIC_INSTRUCTIONS,
  ANTHROPIC_VISIBLE_BLOCKS,
  ANTHROPIC_THINKING,
  ANTHROPIC_TOOL_BLOCKS,
} from './anthropic-shapes.ts';
import {
  BOOLEAN,
  shapeBy,
  type ShapeFields,
  fieldWithoutEffect,
  type Shape,
  shapeOf,
  shapeByField,
} from './field-shape.ts';
import { HARMLESS_ON_CALLS, HARMLESS_ON_MEDIA, HARMLESS_ON_MESSAGES, HARMLESS_ON_PARTS } from './harmless-fields.ts';
import { type RequestFieldShapes, requestFieldShapes } from './inspect-fields.ts';
import {
  CACHE_CONTROL,
  CACHE_MARKS,
  TOOL_OFFER_FIELDS,
  INPUT_FILE,
  INPUT_IMAGE,
  INPUT_TEXT,
  NESTED_FORMAT,
  REFUSAL_PART,
  SHARED_FIELD_SHAPES,
  STREAM_OPTIONS,
} from './shared-shapes.ts';

const PARTS = shapeByField('type', {
  ...ANTHROPIC_VISIBLE_BLOCKS,
  ...ANTHROPIC_TOOL_BLOCKS,
  ...ANTHROPIC_THINKING,
  text: INPUT_TEXT,
  input_text: INPUT_TEXT,
  output_text: INPUT_TEXT,
  refusal: REFUSAL_PART,
  image_url: shapeOf([['type'], HARMLESS_ON_PARTS], {
    ...CACHE_MARKS,
    image_url: shapeOf([['url', 'detail'], HARMLESS_ON_MEDIA]),
  }),
  input_image: INPUT_IMAGE,
  input_audio: shapeOf([['type'], HARMLESS_ON_PARTS], {
    ...CACHE_MARKS,
    input_audio: shapeOf([['data', 'format'], HARMLESS_ON_MEDIA]),
  }),
  file: shapeOf([['type'], HARMLESS_ON_PARTS], {
    ...CACHE_MARKS,
    file: shapeOf([['file_data', 'file_id', 'filename'], HARMLESS_ON_MEDIA]),
  }),
  input_file: INPUT_FILE,
});

const CALLED = shapeOf([['name', 'arguments', 'input'], HARMLESS_ON_CALLS]);
const CALLS = shapeOf([['type', 'id'], HARMLESS_ON_CALLS], { function: CALLED, custom: CALLED });

/** Fields of every message. The message reader reports `name`. */
const MESSAGE_FIELDS = [['role', 'name'], HARMLESS_ON_MESSAGES] as const;
const MARKED_CONTENT = { content: PARTS, ...CACHE_MARKS };
const MESSAGE = shapeOf(MESSAGE_FIELDS, MARKED_CONTENT);

/** Fields with thinking. The message reader reports thinking without a signature. */
const THINKING_FIELDS = [
  'thinking_blocks',
  'reasoning_details',
  'reasoning_content',
  'reasoning_signature',
  'reasoning_opaque',
  'reasoning_text',
  'reasoning',
];

const MESSAGES = shapeByField('role', {
  system: MESSAGE,
  developer: MESSAGE,
  user: MESSAGE,
  assistant: shapeOf([...MESSAGE_FIELDS, ['refusal', 'audio'], THINKING_FIELDS], {
    ...MARKED_CONTENT,
    tool_calls: CALLS,
    function_call: CALLED,
  }),
  tool: shapeOf([...MESSAGE_FIELDS, ['tool_call_id'], HARMLESS_ON_CALLS], {
    ...MARKED_CONTENT,
    is_error: fieldWithoutEffect('ignored', (value) => typeof value === 'boolean'),
  }),
  function: shapeOf(MESSAGE_FIELDS, MARKED_CONTENT),
});

const COMMON_TOOL_FIELDS = {
  cache_control: CACHE_CONTROL,
  ...TOOL_OFFER_FIELDS,
  output_schema: fieldWithoutEffect('ignored'),
};
const GRAMMAR = shapeOf([['type', 'syntax', 'definition']], { grammar: shapeOf([['syntax', 'definition']]) });
const DESCRIBED = ['name', 'description'];
const FUNCTION = shapeOf([DESCRIBED, ['parameters']], { ...COMMON_TOOL_FIELDS, strict: BOOLEAN });
const CUSTOM = shapeOf([DESCRIBED], { ...COMMON_TOOL_FIELDS, format: GRAMMAR });
const NESTED_TOOLS: Readonly<Record<string, Shape>> = {
  function: shapeOf([['type']], { ...COMMON_TOOL_FIELDS, function: FUNCTION }),
  custom: shapeOf([['type']], { ...COMMON_TOOL_FIELDS, custom: CUSTOM }),
};
const FLAT_TOOLS: Readonly<Record<string, Shape>> = {
  parameters: shapeOf([['type', 'parameters'], DESCRIBED], { ...COMMON_TOOL_FIELDS, strict: BOOLEAN }),
  input_schema: shapeOf([['type', 'input_schema'], DESCRIBED], { ...COMMON_TOOL_FIELDS, strict: BOOLEAN }),
  custom: shapeOf([['type'], DESCRIBED], { ...COMMON_TOOL_FIELDS, format: GRAMMAR }),
};

function toolKind(tool: ShapeFields): Shape | undefined {
  const definition = definitionOf(tool);
  if (definition === undefined) return undefined;
  const { kind, path, schemaField } = definition;
  return path === '' ? FLAT_TOOLS[kind === 'custom' ? kind : schemaField] : NESTED_TOOLS[kind];
}

const NAMED = shapeOf([['name']]);
const ALLOWED = shapeOf([['type', 'name', 'namespace']], { function: NAMED, custom: NAMED });

/** Fields of `POST /v1/chat/completions`. */
export const CHAT_FIELD_SHAPES: RequestFieldShapes = requestFieldShapes({
  ...SHARED_FIELD_SHAPES,
  stream_options: STREAM_OPTIONS,
  messages: { shape: MESSAGES },
  system: { shape: ANTHROPIC_INSTRUCTIONS },
  tools: { shape: shapeBy(toolKind) },
  functions: { shape: FUNCTION },
  tool_choice: {
    shape: shapeOf([['type', 'name', 'mode']], {
      function: NAMED,
      custom: NAMED,
      allowed_tools: shapeOf([['mode']], { tools: ALLOWED }),
      tools: ALLOWED,
      disable_parallel_tool_use: BOOLEAN,
    }),
  },
  function_call: { shape: NAMED },
  response_format: { shape: NESTED_FORMAT, only: 'object' },
});

/** Fields of `POST /v1/completions`. */
export const COMPLETIONS_FIELD_SHAPES: RequestFieldShapes = requestFieldShapes({
  ...SHARED_FIELD_SHAPES,
  stream_options: STREAM_OPTIONS,
});
