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
import { IsOptionalModelName, IsUnion } from '../request-fields.ts';
import type { ResponsesRequest } from '../../translation/openai-responses/responses-request.types.ts';

/**
 * Validates the top-level fields of `POST /v1/responses`: presence, type and range. The translator checks union fields
 * (input, tools, formats) and reports their `param`. As in OpenAI's API, null counts as absent and unknown fields are
 * ignored.
 */
export class ResponsesRequestDto implements ResponsesRequest {
  static readonly limitsOf: LimitedApi = 'responses';

  @IsOptionalModelName() model?: string | null;

  @IsUnion('one of a string or an array of items')
  input: ResponsesRequest['input'];

  @IsOptional() @IsString() instructions?: string | null;
  @IsOptional() @IsBoolean() stream?: boolean | null;
  @IsOptional() @IsObject() stream_options?: ResponsesRequest['stream_options'];
  @IsOptional() @IsInt() @Min(1) max_output_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) max_tool_calls?: number | null;

  @IsOptional() @IsNumber() @Min(0) @Max(2) temperature?: number | null;
  @IsOptional() @IsNumber() @Min(0) @Max(1) top_p?: number | null;
  @IsOptional() @IsInt() @Min(0) @Max(20) top_logprobs?: number | null;
  @IsOptional() @IsInt() @Min(1) top_k?: number | null;

  @IsOptional() @IsObject() reasoning?: ResponsesRequest['reasoning'];
  @IsOptional() @IsObject() text?: ResponsesRequest['text'];
  @IsOptional() @IsArray() tools?: ResponsesRequest['tools'];
  @IsOptional() @IsBoolean() parallel_tool_calls?: boolean | null;
  @IsOptional() @IsArray() include?: ResponsesRequest['include'];

  @IsOptional() @IsBoolean() store?: boolean | null;
  @IsOptional() @IsBoolean() background?: boolean | null;
  @IsOptional() @IsString() previous_response_id?: string | null;
  @IsOptional() @IsIn(['auto', 'disabled']) truncation?: ResponsesRequest['truncation'];
  @IsOptional() @IsObject() metadata?: ResponsesRequest['metadata'];
  @IsOptional() @IsString() prompt_cache_key?: string;
  @IsOptional() @IsString() user?: string;

  @IsOptional() @IsInt() @Min(1) max_thinking_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) thinking_max_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) max_thinking_length?: number | null;
  @IsOptional() @IsBoolean() enable_extended_output?: boolean | null;
  @IsOptional() @IsBoolean() enable_computer_use?: boolean | null;
}

/** Validates the top-level fields of `POST /v1/responses/compact`. */
export class CompactRequestDto {
  static readonly limitsOf: LimitedApi = 'compact';

  @IsOptionalModelName() model?: string | null;

  @IsOptional() input?: ResponsesRequest['input'];
  @IsOptional() @IsString() instructions?: string | null;
  @IsOptional() @IsString() previous_response_id?: string | null;
}
