import type { OpenApiSchema } from './bodies/schema.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };

/** Returns the schema of an object with at least these fields. Clients must accept further ones. */
function object(
  properties: Readonly<Record<string, OpenApiSchema>>,
  optional: Readonly<Record<string, OpenApiSchema>> = {},
): OpenApiSchema {
  return { type: 'object', properties: { ...properties, ...optional }, required: Object.keys(properties) };
}

function listOf(items: OpenApiSchema): OpenApiSchema {
  return { type: 'array', items };
}

function reference(name: string): OpenApiSchema {
  return { $ref: `#/components/schemas/${name}` };
}

const usage = object(
  { prompt_tokens: count, completion_tokens: count, total_tokens: count },
  {
    prompt_tokens_details: { type: 'object' },
    completion_tokens_details: { type: 'object' },
  },
);

const chatMessage = object(
  { role: { const: 'assistant' }, content: textOrNull, refusal: textOrNull },
  {
    reasoning_content: {
      type: 'string',
      description: 'The thinking of the model. Absent with include_reasoning: false.',
    },
    thinking_blocks: {
      ...listOf({ type: 'object' }),
      description:
        'The signed thinking blocks, which clients send back with the message. Absent with include_reasoning: false.',
    },
    tool_calls: listOf({ type: 'object' }),
    annotations: listOf({ type: 'object' }),
    citations: listOf({ type: 'object' }),
  },
);

/** Fields for choosing a model. */
const MODEL_FACTS = {
  answered_by: text,
  state: { enum: ['active', 'legacy', 'retired'] },
  shutdown_not_before: textOrNull,
  context_window: count,
  max_output_tokens: count,
  modalities: object({ input: listOf(text), output: listOf(text) }),
  features: listOf(text),
};

const usagePoint = object({
  start: text,
  usage: object({
    requests: count,
    tokens: { type: 'object' },
    listCostUsd: { ...text, description: 'Decimal text in USD, at list prices.' },
  }),
});

/** Schemas of responses by name. A test compares them with responses of the gateway. */
export const RESPONSE_SCHEMAS = {
  ChatCompletion: object(
    {
      id: text,
      object: { const: 'chat.completion' },
      created: count,
      model: text,
      choices: listOf(object({ index: count, message: chatMessage, finish_reason: text }, { thinking: text })),
      usage,
    },
    { service_tier: textOrNull, metadata: { type: 'object' }, guardrail_trace: listOf({}) },
  ),
  Completion: object({
    id: text,
    object: { const: 'text_completion' },
    created: count,
    model: text,
    choices: listOf(object({ index: count, text, finish_reason: text }, { thinking: text })),
    usage,
  }),
  Model: {
    description: "OpenAI's format, or Anthropic's if the request has an anthropic-version header.",
    anyOf: [
      object({
        id: text,
        object: { const: 'model' },
        created: count,
        owned_by: text,
        shutdown_date: textOrNull,
        ...MODEL_FACTS,
      }),
      object({ id: text, type: { const: 'model' }, display_name: text, created_at: text, capabilities: {} }),
    ],
  },
  ModelList: {
    description: "OpenAI's format, or Anthropic's with pages if the request has an anthropic-version header.",
    anyOf: [
      object({ object: { const: 'list' }, data: listOf(reference('Model')) }),
      object({
        data: listOf(reference('Model')),
        has_more: { type: 'boolean' },
        first_id: textOrNull,
        last_id: textOrNull,
      }),
    ],
  },
  Response: object(
    {
      id: text,
      object: { const: 'response' },
      created_at: count,
      status: { enum: ['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete'] },
      model: text,
      output: listOf({ type: 'object' }),
      error: { type: ['object', 'null'] },
      incomplete_details: { type: ['object', 'null'] },
    },
    { usage: { type: ['object', 'null'] }, previous_response_id: textOrNull, store: { type: 'boolean' } },
  ),
  ResponseDeleted: object({ id: text, object: { const: 'response' }, deleted: { const: true } }),
  ResponseItems: object({
    object: { const: 'list' },
    data: listOf({ type: 'object' }),
    first_id: textOrNull,
    last_id: textOrNull,
    has_more: { type: 'boolean' },
  }),
  InputTokens: object({ object: { const: 'response.input_tokens' }, input_tokens: count }),
  CompactedResponse: object({ id: text, object: { const: 'response.compaction' }, output: listOf({ type: 'object' }) }),
  Embeddings: object({
    object: { const: 'list' },
    data: listOf(object({ object: { const: 'embedding' }, index: count, embedding: { type: ['array', 'string'] } })),
    model: text,
    usage: object({ prompt_tokens: count, total_tokens: count }),
  }),
  Moderation: object({
    id: text,
    model: text,
    results: listOf(object({ flagged: { type: 'boolean' }, categories: {}, category_scores: {} })),
  }),
  Message: object({
    id: text,
    type: { const: 'message' },
    role: { const: 'assistant' },
    model: text,
    content: listOf(object({ type: text })),
    stop_reason: textOrNull,
    usage: object({ input_tokens: count, output_tokens: count }),
  }),
  MessageTokens: object({ input_tokens: count }),
  Me: object({
    id: text,
    name: text,
    kind: { enum: ['key', 'principal'] },
    team: { type: ['object', 'null'] },
    application: { type: ['object', 'null'] },
    principal: textOrNull,
    role: {
      enum: ['admin', 'auditor', 'team-admin', 'member', null],
      description: 'Role at the admin API; null for an API key, which has none.',
    },
    models: listOf(text),
    limits: { type: 'object', description: 'Limits of the key or principal itself.' },
    expires: { ...textOrNull, description: 'Time after which the secret or token of the request is rejected.' },
  }),
  MyUsage: object({
    object: { const: 'usage' },
    caller: object({ kind: { enum: ['key', 'principal'] }, id: text, name: text }),
    timeZone: { ...text, description: 'Time zone of the days and of the month.' },
    currency: { const: 'USD' },
    today: usagePoint,
    month: {
      ...usagePoint,
      description: 'The present month, with `forecast`: its cost if it goes on as it has begun.',
    },
    days: { ...listOf(usagePoint), description: 'The last 31 days, those without requests omitted.' },
    models: { ...listOf(object({ id: textOrNull, usage: { type: 'object' } })), description: 'Models of the month.' },
  }),
  Health: object(
    { status: { enum: ['ok', 'error', 'shutting_down'] }, details: { type: 'object' } },
    { info: { type: 'object' }, error: { type: 'object' } },
  ),
  Any: { type: 'object' },
} satisfies Record<string, OpenApiSchema>;

export type ResponseSchemaName = keyof typeof RESPONSE_SCHEMAS;
