import type { Response, ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses';

import type { GatewayError } from '../../errors.ts';
import type { AnswerExtras } from '../answer-extras.ts';
import type { FinishReason } from '../converse/stop-reason.ts';
import type { Tally } from '../converse/tally.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { Reply } from '../dialect.ts';
import type { ResponsesRequest } from './responses-request.ts';

/** OpenAI's object, without what its clients add; `store` is on the wire and in no type. */
export interface ResponsesAnswer
  extends Omit<Response, 'output_text' | 'access_programs' | 'model'>, Pick<AnswerExtras, 'guardrail_trace'> {
  model: string;
  store: boolean;
  status: NonNullable<Response['status']>;
}

type ErrorCode = NonNullable<Response['error']>['code'];

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
} as const;
/** Fields that answers repeat where they are given. */
const REPEATED = ['prompt_cache_key', 'safety_identifier', 'user'] as const;

/** What stands in every object of an answer: what was asked for. Nothing has come yet. */
export function envelopeOf(request: ResponsesRequest, reply: Reply, store: 'kept' | 'not_kept'): ResponsesAnswer {
  const { reasoning, text, tools } = request;
  return {
    id: `resp_${reply.id}`,
    object: 'response',
    created_at: reply.created,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: reply.model,
    output: [],
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    service_tier: 'default',
    store: store === 'kept',
    text: { ...text, format: text?.format ?? { type: 'text' } },
    tools: (tools ?? []).map(told),
    ...withDefaults(request),
    ...Object.fromEntries(REPEATED.flatMap((name) => (request[name] ? [[name, request[name]]] : []))),
  };
}

type Defaulted = Required<Pick<ResponsesAnswer, keyof typeof DEFAULTS>>;

function withDefaults(request: ResponsesRequest): Defaulted {
  const given = Object.keys(DEFAULTS).map((name) => {
    const field = name as keyof typeof DEFAULTS;
    return [field, request[field] ?? DEFAULTS[field]];
  });
  return Object.fromEntries(given) as Defaulted;
}

/** OpenAI tells what a function leaves out. */
function told<Tool>(tool: Tool): Tool {
  if (!isRecord(tool) || tool['type'] !== 'function') return tool;
  return { ...tool, parameters: tool['parameters'] ?? null, strict: tool['strict'] ?? false };
}

/** What an answer has come to. */
export interface Outcome {
  output: ResponseOutputItem[];
  reason: FinishReason | undefined;
  tally: Tally;
  extras: AnswerExtras;
}

export function finishedAnswer(envelope: ResponsesAnswer, { output, reason, tally, extras }: Outcome): ResponsesAnswer {
  const { guardrail_trace: trace, service_tier: tier = 'default' } = extras;
  return {
    ...envelope,
    ...ending(reason),
    output,
    service_tier: tier,
    usage: usageOf(tally),
    ...(trace && { guardrail_trace: trace }),
  };
}

/** OpenAI's list of codes is short: what is in none of it is told by its class, and in words. */
export function failedAnswer(
  envelope: ResponsesAnswer,
  output: ResponseOutputItem[],
  failure: GatewayError,
): ResponsesAnswer {
  return { ...envelope, status: 'failed', output, error: { code: codeOf(failure), message: failure.message } };
}

function codeOf({ code, status }: GatewayError): ErrorCode {
  if (code !== null && CODES_TOLD.includes(code)) return code as ErrorCode;
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}

function ending(reason: FinishReason | undefined): Pick<ResponsesAnswer, 'status' | 'incomplete_details'> {
  switch (reason) {
    case 'length':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    case 'content_filter':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    case 'stop':
    case 'tool_calls':
    case undefined:
      return { status: 'completed', incomplete_details: null };
    default:
      return reason satisfies never;
  }
}

export function usageOf(tally: Tally): ResponseUsage {
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
