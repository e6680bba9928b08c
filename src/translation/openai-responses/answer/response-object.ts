import type { Response, ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses';

import type { GatewayError } from '../../../errors/errors.ts';
import type { AnswerExtras } from '../../answer/answer-extras.ts';
import type { ResponsesEnding } from '../../../wire/stop-reasons/answer-ending.ts';
import type { AnswerUsage } from '../../answer/answer-usage.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

type FieldsOfOurs =
  | 'output_text'
  | 'access_programs'
  | 'model'
  | 'completed_at'
  | 'usage'
  | 'safety_identifier'
  | 'prompt_cache_key';

/** OpenAI's object, without what its clients add; `store` is on the wire and in no type. */
export interface ResponseObject extends Omit<Response, FieldsOfOurs>, Pick<AnswerExtras, 'guardrail_trace'> {
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

/** What clients look for in a failed answer beside the codes that OpenAI lists. */
const CODES_TOLD = ['context_length_exceeded', 'insufficient_quota', 'api_key_revoked'];

/** OpenAI's defaults of what a request leaves out. */
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
/** Sampling that Bedrock has none of; the Open Responses specification requires the fields. */
const UNUSED = { presence_penalty: 0, frequency_penalty: 0, top_logprobs: 0 } as const;

/** What stands in every object of an answer: what was asked for. Nothing has come yet. */
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
    tools: (tools ?? []).map(told),
    ...withDefaults(request),
    ...UNUSED,
    ...(request.user && { user: request.user }),
    usage: null,
  };
}

type Defaulted = Required<Pick<ResponseObject, keyof typeof DEFAULTS>>;

function withDefaults(request: ResponsesRequest): Defaulted {
  const given = Object.keys(DEFAULTS).map((name) => {
    const field = name as keyof typeof DEFAULTS;
    return [field, request[field] ?? DEFAULTS[field]];
  });
  return Object.fromEntries(given) as Defaulted;
}

/** Adds what a function leaves out, as the Open Responses specification requires. */
function told<Tool>(tool: Tool): Tool {
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

/** What an answer has come to. */
export interface ResponseOutcome {
  /** Seconds since the epoch at which the answer ended. */
  endedAt: number;
  output: ResponseOutputItem[];
  /** Absent if the upstream named no reason. */
  ending: ResponsesEnding | undefined;
  tally: AnswerUsage;
  extras: AnswerExtras;
}

export function completedResponse(envelope: ResponseObject, outcome: ResponseOutcome): ResponseObject {
  const { output, ending, tally, extras, endedAt } = outcome;
  const { guardrail_trace: trace, service_tier: tier = 'default' } = extras;
  return {
    ...envelope,
    ...statusFields(ending, endedAt),
    output,
    service_tier: tier,
    usage: toResponsesUsage(tally),
    ...(trace && { guardrail_trace: trace }),
  };
}

/** OpenAI's list of codes is short: what is in none of it is told by its class, and in words. */
export function failedResponse(
  envelope: ResponseObject,
  output: ResponseOutputItem[],
  failure: GatewayError,
): ResponseObject {
  return { ...envelope, status: 'failed', output, error: { code: codeOf(failure), message: failure.message } };
}

function codeOf({ code, status }: GatewayError): ResponseErrorCode {
  if (code !== null && CODES_TOLD.includes(code)) return code as ResponseErrorCode;
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}

type StatusFields = Pick<ResponseObject, 'status' | 'incomplete_details' | 'completed_at'>;

function statusFields(ending: ResponsesEnding = 'completed', endedAt: number): StatusFields {
  if (ending === 'completed') return { status: ending, incomplete_details: null, completed_at: endedAt };
  return { status: 'incomplete', incomplete_details: { reason: ending }, completed_at: null };
}

export function toResponsesUsage(tally: AnswerUsage): ResponseUsage {
  const usage = tally.toUsage('openai');
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
