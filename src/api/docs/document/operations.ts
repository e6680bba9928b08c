import { CHAT_PARAMETERS } from '../../../translation/parameters/chat-parameters.ts';
import { COMPLETIONS_PARAMETERS } from '../../../translation/parameters/completions-parameters.ts';
import type { ParameterTable } from '../../../translation/parameters/parameter.ts';
import { EMBEDDINGS_PARAMETERS } from '../../../translation/parameters/embeddings-parameters.ts';
import { RESPONSES_PARAMETERS } from '../../../translation/parameters/responses-parameters.ts';
import type { AdminSchemaName } from './admin-schemas.ts';
import type { ResponseSchemaName } from './answer-schemas.ts';
import type { OpenApiSchema } from './bodies/schema.ts';

/** Description of a route, as far as its controller and DTO do not contain it. */
export interface OperationDescription {
  /** One line. */
  summary: string;
  /** Additional text in CommonMark. */
  description?: string;
  /** Names of further schemas that the body may have. */
  otherBodies?: readonly string[];
  /** A valid request body. */
  example?: Readonly<Record<string, unknown>>;
  /** The parameter table of the API, which describes the handling of each field. */
  parameters?: ParameterTable;
  /** Schema of a body without a DTO. */
  body?: AdminSchemaName;
  /** Schema of the JSON answer, or media type of any other answer. */
  answer: ResponseSchemaName | AdminSchemaName | `${string}/${string}`;
  /** Media type of the answer to a request with `stream: true`. */
  stream?: string;
  /** Another status with a body of the same schema, and its meaning. */
  also?: readonly [status: number, meaning: string];
  /** Query parameters that no DTO declares, with their schemas. */
  query?: Readonly<Record<string, OpenApiSchema>>;
}

const SSE = 'text/event-stream';
const MESSAGES = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Why is the sky blue?' },
];
const RESPONSE = { model: 'claude-sonnet-4-6', input: 'Why is the sky blue?' };
const MESSAGE = { max_tokens: 500, messages: [{ role: 'user', content: 'Why is the sky blue?' }] };
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Why is the sky blue?' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', ...MESSAGE };
const EVENT_STREAM = 'application/vnd.amazon.eventstream';
const OTHER_FORMS_OF_CHAT =
  "Tools, `tool_choice`, content blocks and `system` may have Anthropic's format, and tools the flat format of the Responses API. " +
  'A body with `input` and without `messages` is a request of the Responses API. The answer always has the format of chat completions.';
const LIVE: OperationDescription = { summary: 'Returns whether the process runs', answer: 'Health' };
const READY: OperationDescription = {
  summary: 'Returns whether the process should receive requests',
  answer: 'Health',
  also: [503, 'Not ready. Each failed condition has a reason.'],
};

/**
 * Descriptions by method and path in OpenAPI's notation. A test fails for a route without a description and for a
 * description without a route.
 */
export const OPERATIONS: Readonly<Record<string, OperationDescription>> = {
  'POST /v1/chat/completions': {
    summary: "Answers a conversation in OpenAI's format",
    description: OTHER_FORMS_OF_CHAT,
    otherBodies: ['ResponsesRequestDto'],
    example: { model: 'claude-sonnet-4-6', max_completion_tokens: 500, messages: MESSAGES },
    parameters: CHAT_PARAMETERS,
    answer: 'ChatCompletion',
    stream: SSE,
  },
  'POST /v1/completions': {
    summary: "Continues a text with OpenAI's older API",
    example: { model: 'claude-haiku-4-5', prompt: 'Once upon a time', max_tokens: 50 },
    parameters: COMPLETIONS_PARAMETERS,
    answer: 'Completion',
    stream: SSE,
  },
  'POST /v1/responses': {
    summary: "Answers a conversation with OpenAI's newer API",
    example: RESPONSE,
    parameters: RESPONSES_PARAMETERS,
    answer: 'Response',
    stream: SSE,
  },
  'POST /v1/responses/input_tokens': {
    summary: 'Counts the tokens of a request to /v1/responses',
    example: RESPONSE,
    answer: 'InputTokens',
  },
  'POST /v1/responses/compact': {
    summary: 'Compacts a conversation into one item',
    example: RESPONSE,
    answer: 'CompactedResponse',
  },
  'GET /v1/responses/{id}': { summary: 'Returns a stored response', answer: 'Response' },
  'DELETE /v1/responses/{id}': { summary: 'Deletes a stored response', answer: 'ResponseDeleted' },
  'GET /v1/responses/{id}/input_items': {
    summary: 'Lists the input items of a stored response',
    answer: 'ResponseItems',
    query: {
      limit: { type: 'integer', minimum: 1, maximum: 100 },
      order: { enum: ['asc', 'desc'] },
      after: { type: 'string' },
    },
  },
  'POST /v1/responses/{id}/cancel': { summary: 'Cancels a background response', answer: 'Response' },
  'POST /v1/embeddings': {
    summary: 'Creates embeddings of texts',
    example: { model: 'titan-embed-text-v2', input: ['Why is the sky blue?'] },
    parameters: EMBEDDINGS_PARAMETERS,
    answer: 'Embeddings',
  },
  'POST /v1/moderations': {
    summary: 'Checks texts with the guardrail of the settings',
    example: { input: 'Why is the sky blue?' },
    answer: 'Moderation',
  },
  'POST /v1/messages': {
    summary: "Answers a conversation in Anthropic's format",
    example: { model: 'claude-sonnet-4-6', ...MESSAGE },
    answer: 'Message',
    stream: SSE,
  },
  'POST /v1/messages/count_tokens': {
    summary: 'Counts the tokens of a request to /v1/messages',
    example: { model: 'claude-sonnet-4-6', messages: MESSAGE.messages },
    answer: 'MessageTokens',
  },
  'POST /model/{id}/converse': { summary: 'Calls Converse of Bedrock', example: CONVERSE, answer: 'Any' },
  'POST /model/{id}/converse-stream': {
    summary: 'Calls ConverseStream of Bedrock',
    example: CONVERSE,
    answer: EVENT_STREAM,
  },
  'POST /model/{id}/invoke': { summary: 'Calls InvokeModel of Bedrock', example: INVOKE, answer: 'Any' },
  'POST /model/{id}/invoke-with-response-stream': {
    summary: 'Calls InvokeModelWithResponseStream of Bedrock',
    example: INVOKE,
    answer: EVENT_STREAM,
  },
  'POST /model/{id}/count-tokens': {
    summary: 'Calls CountTokens of Bedrock',
    example: { input: { converse: CONVERSE } },
    answer: 'Any',
  },
  'GET /inference-profiles': {
    summary: 'Lists the inference profiles of the models that the key may use',
    answer: 'Any',
    query: { type: { enum: ['SYSTEM_DEFINED', 'APPLICATION'] } },
  },
  'GET /v1/models': {
    summary: 'Lists the models that the key may use',
    answer: 'ModelList',
    query: {
      // Without an `anthropic-version` header, the list has OpenAI's form, which has no pages and ignores the fields.
      limit: { description: "An integer from 1 to 1000, in Anthropic's form of the list." },
      after_id: { type: 'string' },
      before_id: { type: 'string' },
    },
  },
  'GET /v1/models/{id}': { summary: 'Returns a model by any of its names', answer: 'Model' },
  'GET /v1/me/usage': {
    summary: 'Returns cost and usage of the caller: today, this month, by day and by model',
    description:
      'A key sees its own requests, and a principal those of its tokens and of the keys that it owns. The answer is repeated for ' +
      'ten seconds. Without a ledger, it is 409 `invalid_state`.',
    answer: 'MyUsage',
  },
  'GET /v1/me': { summary: 'Describes the caller: team, application, role, models, limits and expiry', answer: 'Me' },
  'GET /': { summary: 'Names the product and its pages', answer: 'Any' },
  'GET /health/live': LIVE,
  'GET /livez': LIVE,
  'GET /healthz': LIVE,
  'GET /health/ready': READY,
  'GET /health': READY,
  'GET /readyz': READY,
  'GET /health/startup': {
    ...READY,
    summary: 'Returns whether the process has started',
    also: [503, 'Not started. Each failed condition has a reason.'],
  },
  'GET /metrics': { summary: 'Returns metrics for Prometheus', answer: 'text/plain' },
  'GET /openapi.json': { summary: 'Returns this document', answer: 'Any' },
  'GET /docs': { summary: 'Returns this document as a page', answer: 'text/html' },
  'GET /docs/{file}': { summary: 'Returns a file of the page', answer: 'text/plain' },
};
