import { BOOLEAN, losing, textOfList, type Shape, shapeOf, unionBy } from './field-shape.ts';
import { HARMLESS_ON_MEDIA, HARMLESS_ON_PARTS } from './harmless-fields.ts';
import type { RequestPlace } from './inspect-fields.ts';

/** Anthropic's mark of a prefix. `scope` is one of Anthropic's own servers. */
export const CACHE_CONTROL = shapeOf([['type', 'ttl']], { scope: losing('omitted') });

/** OpenAI's mark of a prefix. */
const CACHE_BREAKPOINT = shapeOf([['mode', 'ttl']]);

/** Both marks, on parts, tools and messages. */
export const CACHE_MARKS = { cache_control: CACHE_CONTROL, prompt_cache_breakpoint: CACHE_BREAKPOINT };

/** A schema without fields of its own to look at: the client's schema, input or metadata. */
const SCHEMA_FORMAT = shapeOf([['type', 'name', 'description', 'schema']], { strict: BOOLEAN });
const PLAIN_FORMAT = shapeOf([['type']]);

/** `text.format` of responses, and the fields of `response_format.json_schema` of chat. */
export const FLAT_FORMAT = unionBy('type', {
  text: PLAIN_FORMAT,
  json_object: PLAIN_FORMAT,
  json_schema: SCHEMA_FORMAT,
});

export const NESTED_FORMAT = unionBy('type', {
  text: PLAIN_FORMAT,
  json_object: PLAIN_FORMAT,
  json_schema: shapeOf([['type']], {
    json_schema: shapeOf([['name', 'description', 'schema']], { strict: BOOLEAN }),
  }),
});

/** Fields by which Claude is offered a tool in another way; without them the model knows the tool from the start. */
export const HOW_OFFERED = {
  defer_loading: losing('omitted', (value) => value === false),
  input_examples: losing('omitted'),
  allowed_callers: losing('omitted', isDirect),
  eager_input_streaming: losing('omitted', (value) => value === false),
};

function isDirect(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && value[0] === 'direct';
}

/** The parts of the Responses API; editors send some of them on chat. */
export const INPUT_TEXT = shapeOf([['type', 'text'], HARMLESS_ON_PARTS], CACHE_MARKS);
/** Its text stands in either field. */
export const REFUSAL = shapeOf([['type', 'refusal', 'text'], HARMLESS_ON_PARTS], CACHE_MARKS);
export const INPUT_IMAGE = shapeOf([['type', 'image_url', 'file_id', 'detail'], HARMLESS_ON_MEDIA], CACHE_MARKS);
export const INPUT_FILE = shapeOf([['type', 'file_data', 'file_id', 'file_url', 'filename'], HARMLESS_ON_MEDIA], {
  ...CACHE_MARKS,
  detail: losing('ignored', (value) => value === 'auto' || value === 'high'),
});

const THINKING: Shape = shapeOf([['type', 'budget_tokens', 'display']], { block_binding: losing('ignored') });

/** Fields that all of OpenAI's APIs with text answers have here. */
export const SHARED_PLACES: Readonly<Record<string, RequestPlace>> = {
  thinking: { shape: THINKING },
  prompt_cache_options: { shape: shapeOf([['mode', 'ttl']]), only: 'object' },
  ...spelledTwice('performanceConfig', 'performance_config', shapeOf([['latency']])),
  ...spelledTwice(
    'guardrailConfig',
    'guardrail_config',
    shapeOf([['guardrailIdentifier', 'guardrailVersion', 'trace', 'streamProcessingMode']]),
  ),
};

/** `stream_options` of chat and completions. */
export const STREAM_OPTIONS: RequestPlace = {
  shape: shapeOf([], { include_usage: BOOLEAN, include_obfuscation: BOOLEAN }),
  only: 'object',
};

function spelledTwice(aws: string, openai: string, shape: Shape): Record<string, RequestPlace> {
  return { [aws]: { shape, only: 'object' }, [openai]: { shape, only: 'object' } };
}

/** `reasoning` of responses. */
export const REASONING: RequestPlace = {
  shape: shapeOf([['effort', 'mode', 'context']], {
    summary: textOfList('auto', 'concise', 'detailed'),
    generate_summary: textOfList('auto', 'concise', 'detailed'),
  }),
  only: 'object',
};
