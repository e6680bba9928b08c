import { BOOLEAN, fieldWithoutEffect, oneOfTexts, type Shape, shapeOf, shapeByField } from './field-shape.ts';
import { HARMLESS_ON_MEDIA, HARMLESS_ON_PARTS } from './harmless-fields.ts';
import type { RequestFieldShape } from './inspect-fields.ts';

/** Anthropic's field that ends a prefix to cache. `scope` has a meaning on Anthropic's own servers only. */
export const CACHE_CONTROL = shapeOf([['type', 'ttl']], { scope: fieldWithoutEffect('omitted') });

/** OpenAI's field that ends a prefix to cache. */
const CACHE_BREAKPOINT = shapeOf([['mode', 'ttl']]);

/** Both fields that end a prefix to cache, on parts, tools and messages. */
export const CACHE_MARKS = { cache_control: CACHE_CONTROL, prompt_cache_breakpoint: CACHE_BREAKPOINT };

/** A format with a JSON schema. The schema itself is the client's and has any shape. */
const SCHEMA_FORMAT = shapeOf([['type', 'name', 'description', 'schema']], { strict: BOOLEAN });
const PLAIN_FORMAT = shapeOf([['type']]);

/** Formats of `text.format` of the Responses API. */
export const FLAT_FORMAT = shapeByField('type', {
  text: PLAIN_FORMAT,
  json_object: PLAIN_FORMAT,
  json_schema: SCHEMA_FORMAT,
});

/** Formats of chat's `response_format`. */
export const NESTED_FORMAT = shapeByField('type', {
  text: PLAIN_FORMAT,
  json_object: PLAIN_FORMAT,
  json_schema: shapeOf([['type']], {
    json_schema: shapeOf([['name', 'description', 'schema']], { strict: BOOLEAN }),
  }),
});

/** Fields that change how Claude receives a tool. Without them, the model receives the tool with the request. */
export const TOOL_OFFER_FIELDS = {
  defer_loading: fieldWithoutEffect('omitted', (value) => value === false),
  input_examples: fieldWithoutEffect('omitted'),
  allowed_callers: fieldWithoutEffect('omitted', isDirect),
  eager_input_streaming: fieldWithoutEffect('omitted', (value) => value === false),
};

function isDirect(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && value[0] === 'direct';
}

/** A text part of the Responses API, which some editors send on chat as well. */
export const INPUT_TEXT = shapeOf([['type', 'text'], HARMLESS_ON_PARTS], CACHE_MARKS);
/** A refusal part. Its text is in either of two fields. */
export const REFUSAL_PART = shapeOf([['type', 'refusal', 'text'], HARMLESS_ON_PARTS], CACHE_MARKS);
/** An image part of the Responses API. */
export const INPUT_IMAGE = shapeOf([['type', 'image_url', 'file_id', 'detail'], HARMLESS_ON_MEDIA], CACHE_MARKS);
/** A file part of the Responses API. */
export const INPUT_FILE = shapeOf([['type', 'file_data', 'file_id', 'file_url', 'filename'], HARMLESS_ON_MEDIA], {
  ...CACHE_MARKS,
  detail: fieldWithoutEffect('ignored', (value) => value === 'auto' || value === 'high'),
});

const THINKING: Shape = shapeOf([['type', 'budget_tokens', 'display']], {
  block_binding: fieldWithoutEffect('ignored'),
});

/** Fields that the gateway supports on all of OpenAI's APIs with text answers. */
export const SHARED_FIELD_SHAPES: Readonly<Record<string, RequestFieldShape>> = {
  thinking: { shape: THINKING },
  prompt_cache_options: { shape: shapeOf([['mode', 'ttl']]), only: 'object' },
  ...bothSpellings('performanceConfig', 'performance_config', shapeOf([['latency']])),
  ...bothSpellings(
    'guardrailConfig',
    'guardrail_config',
    shapeOf([['guardrailIdentifier', 'guardrailVersion', 'trace', 'streamProcessingMode']]),
  ),
};

/** Field `stream_options` of chat and completions. */
export const STREAM_OPTIONS: RequestFieldShape = {
  shape: shapeOf([], { include_usage: BOOLEAN, include_obfuscation: BOOLEAN }),
  only: 'object',
};

function bothSpellings(aws: string, openai: string, shape: Shape): Record<string, RequestFieldShape> {
  return { [aws]: { shape, only: 'object' }, [openai]: { shape, only: 'object' } };
}

/** Field `reasoning` of the Responses API. */
export const REASONING: RequestFieldShape = {
  shape: shapeOf([['effort', 'mode', 'context']], {
    summary: oneOfTexts('auto', 'concise', 'detailed'),
    generate_summary: oneOfTexts('auto', 'concise', 'detailed'),
  }),
  only: 'object',
};
