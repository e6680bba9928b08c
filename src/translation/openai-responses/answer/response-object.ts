import type { Response, ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses';

import type { GatewayError } from '../../../errors/errors.ts';
import type { AnswerExtras } from '../../answer/answer-extras.ts';
import type { ResponsesEnding } from '../../../wire/stop-reasons/answer-ending.ts';
import type { AnswerUsage } from '../../answer/answer-usage.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

type RedefinedFields =
  | 'output_text'
  | 'access_programs'
  | 'model'
  | 'completed_at'
  | 'usage'
  | 'safety_identifier'
  | 'prompt_cache_key';

/** OpenAI's response object as sent, without fields that its SDK adds. The SDK's type lacks `store`. */
export interface ResponseObject extends Omit<Response, RedefinedFields>, Pick<AnswerExtras, 'guardrail_trace'> {
  model: string;
  store: boolean;
  /** Seconds since the epoch; null unless the response is completed. */
  completed_at: number | null;
  usage: ResponseUsage | null;
  presence_penalty: number;
  frequency_penalty: number;
  safety_identifier: string | null;
  prompt_cache_key: string | null;
  status: NonNullable<Response['status']>;
}

type ResponseErrorCode = NonNullable<Response['error']>['code'];

/** Error codes that clients evaluate although OpenAI's specification of a failed response does not list them. */
const UNLISTED_CODES = ['context_length_exceeded', 'insufficient_quota', 'api_key_revoked'];

/** OpenAI's defaults for fields that the response object repeats from the request. */
const DEFAULTS = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  temperature: 1,
  tool_choice: 'auto',
  top_p: 1,
  truncation: 'disabled',
  metadata: {},
  safety_identifier: null,
  prompt_cache_key: null,
} as const;
/** Sampling parameters that Bedrock does not support. The Open Responses specification requires the fields. */
const UNUSED = { presence_penalty: 0, frequency_penalty: 0, top_logprobs: 0 } as const;

/**
 * Creates the response object at the start of an answer, without output. Repeats the options of the request.
 *
 * @param store - whether the response is stored
 */
export function newResponseObject(
  request: ResponsesRequest,
  reply: AnswerOptions,
  store: 'kept' | 'not_kept',
): ResponseObject {
  const { reasoning, text, tools } = request;
  return {
    id: `resp_${reply.id}`,
    object: 'response',
    created_at: reply.created,
    completed_at: null,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: reply.model,
    output: [],
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    service_tier: 'default',
    store: store === 'kept',
    text: { ...text, format: formatOf(text?.format) },
    tools: (tools ?? []).map(withFunctionDefaults),
    ...withDefaults(request),
    ...UNUSED,
    ...(request.user && { user: request.user }),
    usage: null,
  };
}

type Defaulted = Required<Pick<ResponseObject, keyof typeof DEFAULTS>>;

function withDefaults(request: ResponsesRequest): Defaulted {
  const fields = Object.keys(DEFAULTS).map((name) => {
    const field = name as keyof typeof DEFAULTS;
    return [field, request[field] ?? DEFAULTS[field]];
  });
  return Object.fromEntries(fields) as Defaulted;
}

/** Adds the optional fields of a function, which the Open Responses specification requires. */
function withFunctionDefaults<Tool>(tool: Tool): Tool {
  if (!isRecord(tool) || tool['type'] !== 'function') return tool;
  const { description = null, parameters = null, strict } = tool;
  return { ...tool, description, parameters, strict: strict ?? false };
}

type Format = NonNullable<NonNullable<ResponseObject['text']>['format']>;

function formatOf(format: Format | null | undefined): Format {
  if (!format) return { type: 'text' };
  if (format.type !== 'json_schema') return format;
  const { description = null, strict } = format as { description?: string | null; strict?: boolean | null };
  return { ...format, description, strict: strict ?? false } as Format;
}

/** The result of an ended answer. */
export interface ResponseOutcome {
  /** Seconds since the epoch at which the answer ended. */
  endedAt: number;
  /** The ended items, in order. */
  output: ResponseOutputItem[];
  /** Absent if Bedrock sent no stop reason. */
  ending: ResponsesEnding | undefined;
  answerUsage: AnswerUsage;
  extras: AnswerExtras;
}

/** Returns the response object of an ended answer, with status `completed` or `incomplete`. */
export function completedResponse(envelope: ResponseObject, outcome: ResponseOutcome): ResponseObject {
  const { output, ending, answerUsage, extras, endedAt } = outcome;
  const { guardrail_trace: trace, service_tier: tier = 'default' } = extras;
  return {
    ...envelope,
    ...statusFields(ending, endedAt),
    output,
    service_tier: tier,
    usage: toResponsesUsage(answerUsage),
    ...(trace && { guardrail_trace: trace }),
  };
}

/**
 * Returns the response object of a failed answer. OpenAI lists few error codes, so other codes are replaced by a general one.
 * The message holds the cause.
 */
export function failedResponse(
  envelope: ResponseObject,
  output: ResponseOutputItem[],
  failure: GatewayError,
): ResponseObject {
  return { ...envelope, status: 'failed', output, error: { code: codeOf(failure), message: failure.message } };
}

function codeOf({ code, status }: GatewayError): ResponseErrorCode {
  if (code !== null && UNLISTED_CODES.includes(code)) return code as ResponseErrorCode;
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}

type StatusFields = Pick<ResponseObject, 'status' | 'incomplete_details' | 'completed_at'>;

function statusFields(ending: ResponsesEnding = 'completed', endedAt: number): StatusFields {
  if (ending === 'completed') return { status: ending, incomplete_details: null, completed_at: endedAt };
  return { status: 'incomplete', incomplete_details: { reason: ending }, completed_at: null };
}

/** Converts usage to the format of the Responses API, in tokens. */
export function toResponsesUsage(answerUsage: AnswerUsage): ResponseUsage {
  const usage = answerUsage.toUsage('openai');
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: {
      cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
      cache_write_tokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0 },
    total_tokens: usage.total_tokens,
  };
}
