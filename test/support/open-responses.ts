import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Requirements of the Open Responses specification for responses, items, parts and events: required fields and their
 * types. Source: https://github.com/openresponses/openresponses, schema/*.tsp, 2026-11-29. The checks exclude items,
 * parts,
 * tools and events that only OpenAI has.
 */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const number: Schema = { type: 'number' };
const flag: Schema = { type: 'boolean' };
const itemStatus: Schema = { enum: ['in_progress', 'completed', 'incomplete'] };

const constant = (value: string): Schema => ({ const: value });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const listOf = (items: Schema): Schema => ({ type: 'array', items });

/** Returns a schema of an object with all of these fields, and any others. */
function required(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: Object.keys(properties), properties };
}

/** Returns a schema of one of several objects by the value of `type`; objects of other types pass. */
function byType(variants: Readonly<Record<string, Schema>>): Schema {
  const allOf = Object.entries(variants).map(([type, variant]) => ({
    anyOf: [{ properties: { type: { not: constant(type) } } }, variant],
  }));
  return { type: 'object', required: ['type'], properties: { type: text }, allOf };
}

const annotation = byType({
  url_citation: required({ url: text, start_index: whole, end_index: whole, title: text }),
});
const part = byType({
  output_text: required({ text, annotations: listOf(annotation) }),
  summary_text: required({ text }),
  reasoning_text: required({ text }),
  refusal: required({ refusal: text }),
  input_text: required({ text }),
});
const item = byType({
  message: required({
    id: text,
    status: itemStatus,
    role: { enum: ['user', 'assistant', 'system', 'developer'] },
    content: listOf(part),
  }),
  function_call: required({ id: text, call_id: text, name: text, arguments: text, status: itemStatus }),
  function_call_output: required({ id: text, call_id: text, output: {}, status: itemStatus }),
  reasoning: {
    ...required({ id: text, summary: listOf(part) }),
    properties: { id: text, summary: listOf(part), content: listOf(part), encrypted_content: text },
  },
  compaction: required({ id: text, encrypted_content: text }),
});

const usage = required({
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: required({ cached_tokens: whole }),
  output_tokens_details: required({ reasoning_tokens: whole }),
});
const tool = byType({
  function: required({
    name: text,
    description: orNull(text),
    parameters: orNull({ type: 'object' }),
    strict: orNull(flag),
  }),
});
const format = byType({
  json_schema: required({ name: text, description: orNull(text), schema: {}, strict: flag }),
});

const response = required({
  id: text,
  object: constant('response'),
  created_at: whole,
  completed_at: orNull(whole),
  status: text,
  incomplete_details: orNull(required({ reason: text })),
  model: text,
  previous_response_id: orNull(text),
  instructions: orNull(text),
  output: listOf(item),
  error: orNull(required({ code: text, message: text })),
  tools: listOf(tool),
  tool_choice: {},
  truncation: { enum: ['auto', 'disabled'] },
  parallel_tool_calls: flag,
  text: required({ format }),
  top_p: number,
  presence_penalty: number,
  frequency_penalty: number,
  top_logprobs: whole,
  temperature: number,
  reasoning: orNull(required({ effort: orNull(text), summary: orNull(text) })),
  usage: orNull(usage),
  max_output_tokens: orNull(whole),
  max_tool_calls: orNull(whole),
  store: flag,
  background: flag,
  service_tier: text,
  metadata: { type: 'object' },
  safety_identifier: orNull(text),
  prompt_cache_key: orNull(text),
});

const compaction = required({
  id: text,
  object: constant('response.compaction'),
  output: listOf(item),
  created_at: whole,
  usage,
});

const numbered = { type: text, sequence_number: whole };
const ofItem = { ...numbered, item_id: text, output_index: whole };
const ofContent = { ...ofItem, content_index: whole };
const ofSummary = { ...ofItem, summary_index: whole };
const withResponse = required({ ...numbered, response });
const withItem = required({ ...numbered, output_index: whole, item });

const event: Schema = {
  ...required(numbered),
  ...byType({
    'response.created': withResponse,
    'response.queued': withResponse,
    'response.in_progress': withResponse,
    'response.completed': withResponse,
    'response.failed': withResponse,
    'response.incomplete': withResponse,
    'response.output_item.added': withItem,
    'response.output_item.done': withItem,
    'response.content_part.added': required({ ...ofContent, part }),
    'response.content_part.done': required({ ...ofContent, part }),
    'response.output_text.delta': required({ ...ofContent, delta: text }),
    'response.output_text.done': required({ ...ofContent, text }),
    'response.output_text.annotation.added': required({ ...ofContent, annotation_index: whole, annotation }),
    'response.refusal.delta': required({ ...ofContent, delta: text }),
    'response.refusal.done': required({ ...ofContent, refusal: text }),
    'response.reasoning_summary_part.added': required({ ...ofSummary, part }),
    'response.reasoning_summary_part.done': required({ ...ofSummary, part }),
    'response.reasoning_summary_text.delta': required({ ...ofSummary, delta: text }),
    'response.reasoning_summary_text.done': required({ ...ofSummary, text }),
    'response.function_call_arguments.delta': required({ ...ofItem, delta: text }),
    'response.function_call_arguments.done': required({ ...ofItem, arguments: text }),
  }),
};

const ajv = new Ajv2020({ strict: false });
const checks = {
  response: ajv.compile(response),
  event: ajv.compile(event),
  compaction: ajv.compile(compaction),
};

/** Throws for a value that lacks a requirement of the Open Responses specification. */
export function checkOpenResponses(kind: keyof typeof checks, value: unknown): void {
  const check = checks[kind];
  const wire: unknown = JSON.parse(JSON.stringify(value));
  if (check(wire)) return;
  throw new Error(
    `no Open Responses ${kind}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(wire).slice(0, 500)}`,
  );
}
