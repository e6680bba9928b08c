import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
} from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import { isResponsesBody } from '../../translation/openai-chat/request/chat-responses-body.ts';
import { ResponsesRequestDto } from '../responses/responses.dto.ts';
import { IsMessageList, IsOptionalModelName } from '../request-fields.ts';
import type { ChatRequest } from '../../translation/openai-chat/chat-request.types.ts';

/**
 * Validates the top-level fields of `POST /v1/chat/completions`: presence, type and range. The translator checks union
 * fields (messages, parts, stop, thinking, tools) and reports their `param`. As in OpenAI's API, null counts as absent and
 * unknown fields are ignored.
 */
export class ChatRequestDto implements ChatRequest {
  static readonly limitsOf: LimitedApi = 'chat';

  /** Returns the DTO class for a body. Bodies of the Responses API have their own. */
  static classOf(body: object): Function {
    return isResponsesBody(body) ? ResponsesRequestDto : ChatRequestDto;
  }

  @IsOptionalModelName() model?: string | null;

  @IsMessageList() messages: ChatRequest['messages'];

  @IsOptional() @IsBoolean() stream?: boolean | null;
  @IsOptional() @IsObject() stream_options?: ChatRequest['stream_options'];

  @IsOptional() @IsInt() @Min(1) max_completion_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) max_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) n?: number | null;

  @IsOptional() @IsNumber() @Min(0) @Max(2) temperature?: number | null;
  @IsOptional() @IsNumber() @Min(0) @Max(1) top_p?: number | null;
  @IsOptional() @IsInt() @Min(1) top_k?: number | null;
  @IsOptional() @IsNumber() @Min(-2) @Max(2) frequency_penalty?: number | null;
  @IsOptional() @IsNumber() @Min(-2) @Max(2) presence_penalty?: number | null;
  @IsOptional() @IsInt() seed?: number | null;
  @IsOptional() @IsObject() logit_bias?: ChatRequest['logit_bias'];
  @IsOptional() @IsBoolean() logprobs?: boolean | null;
  @IsOptional() @IsInt() @Min(0) @Max(20) top_logprobs?: number | null;

  @IsOptional()
  @IsIn(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
  reasoning_effort?: ChatRequest['reasoning_effort'];

  @IsOptional() @IsBoolean() include_reasoning?: boolean | null;
  @IsOptional() @IsInt() @Min(1) max_thinking_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) thinking_max_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) max_thinking_length?: number | null;
  @IsOptional() @IsBoolean() enable_extended_output?: boolean | null;
  @IsOptional() @IsBoolean() enable_computer_use?: boolean | null;

  @IsOptional() @IsArray() modalities?: ChatRequest['modalities'];
  @IsOptional() @IsArray() tools?: ChatRequest['tools'];
  @IsOptional() @IsArray() functions?: ChatRequest['functions'];
  @IsOptional() @IsObject() response_format?: ChatRequest['response_format'];
  @IsOptional() @IsObject() metadata?: ChatRequest['metadata'];
  @IsOptional() @IsBoolean() parallel_tool_calls?: boolean;
  @IsOptional() @IsBoolean() store?: boolean | null;
  @IsOptional() @IsString() prompt_cache_key?: string;
  @IsOptional() @IsString() user?: string;
}
