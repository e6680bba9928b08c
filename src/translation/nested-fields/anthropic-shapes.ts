import { BOOLEAN, shapeBy, fieldWithoutEffect, shapeOf, type Shape, shapeByField } from './field-shape.ts';
import { HARMLESS_ON_CALLS, HARMLESS_ON_MEDIA, HARMLESS_ON_MESSAGES, HARMLESS_ON_PARTS } from './harmless-fields.ts';
import { type RequestFieldShapes, requestFieldShapes } from './inspect-fields.ts';
import { CACHE_CONTROL, SHARED_FIELD_SHAPES } from './shared-shapes.ts';

const MARKED = { cache_control: CACHE_CONTROL };

const TEXT = shapeOf([['type', 'text'], HARMLESS_ON_PARTS], MARKED);
const SOURCE = shapeOf([['type', 'data', 'media_type', 'url', 'file_id', 'content']]);
const IMAGE = shapeOf([['type'], HARMLESS_ON_MEDIA], {
  ...MARKED,
  source: SOURCE,
  transformations: fieldWithoutEffect('ignored'),
});
const DOCUMENT = shapeOf([['type', 'title', 'context'], HARMLESS_ON_MEDIA], {
  ...MARKED,
  source: SOURCE,
  citations: shapeOf([['enabled']]),
});

/** Blocks with content for the model, in user messages and tool results. */
export const ANTHROPIC_VISIBLE_BLOCKS: Readonly<Record<string, Shape>> = {
  text: TEXT,
  image: IMAGE,
  document: DOCUMENT,
};

const RESULT = shapeOf([['type', 'tool_use_id'], HARMLESS_ON_CALLS], {
  ...MARKED,
  content: shapeByField('type', ANTHROPIC_VISIBLE_BLOCKS),
  is_error: fieldWithoutEffect('ignored', (value) => typeof value === 'boolean'),
});

/** Tool calls and tool results as blocks. The input of a call has any shape, because the model wrote it. */
export const ANTHROPIC_TOOL_BLOCKS: Readonly<Record<string, Shape>> = {
  tool_use: shapeOf([['type', 'name', 'input'], HARMLESS_ON_CALLS], MARKED),
  tool_result: RESULT,
};

/** Text blocks of instructions. */
export const ANTHROPIC_INSTRUCTIONS = shapeByField('type', { text: TEXT });

/** Thinking blocks of the assistant. */
export const ANTHROPIC_THINKING: Readonly<Record<string, Shape>> = {
  thinking: shapeOf([['type', 'thinking', 'signature', 'cache_control'], HARMLESS_ON_PARTS]),
  redacted_thinking: shapeOf([['type', 'data', 'cache_control'], HARMLESS_ON_PARTS]),
};

const BLOCKS = shapeByField('type', { ...ANTHROPIC_VISIBLE_BLOCKS, ...ANTHROPIC_TOOL_BLOCKS, ...ANTHROPIC_THINKING });

/**
 * Tools of the client. `readMessagesTools` reports the fields that only Claude supports, so they count as known here.
 */
const TOOL = shapeOf(
  [
    ['type', 'name', 'description', 'input_schema'],
    ['defer_loading', 'input_examples', 'allowed_callers', 'eager_input_streaming'],
  ],
  { ...MARKED, strict: BOOLEAN },
);

/** Fields of `POST /v1/messages` for models other than Claude. */
export const MESSAGES_FIELD_SHAPES: RequestFieldShapes = requestFieldShapes({
  system: { shape: ANTHROPIC_INSTRUCTIONS },
  messages: { shape: shapeOf([['role'], HARMLESS_ON_MESSAGES], { content: BLOCKS }) },
  tools: { shape: shapeBy(({ type }) => ((type ?? 'custom') === 'custom' ? TOOL : undefined)) },
  tool_choice: { shape: shapeOf([['type', 'name']], { disable_parallel_tool_use: BOOLEAN }), only: 'object' },
  thinking: { ...SHARED_FIELD_SHAPES['thinking']!, only: 'object' },
  output_config: {
    shape: shapeOf([['effort']], {
      format: shapeOf([['type', 'name', 'schema']], { strict: BOOLEAN }),
      task_budget: fieldWithoutEffect('ignored'),
    }),
    only: 'object',
  },
  cache_control: { shape: CACHE_CONTROL, only: 'object' },
});
