import {
  IsBoolean,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
} from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { CompletionsRequest } from '../../translation/openai-completions/completions-request.ts';
import { IsOptionalModelName, IsUnion } from '../request-fields.ts';

/**
 * Validates the top-level fields of `POST /v1/completions`: presence, type and range. The translator checks union fields
 * (prompt, stop, thinking) and reports their `param`. As in OpenAI's API, null counts as absent and unknown fields are
 * ignored.
 */
export class CompletionsRequestDto implements CompletionsRequest {
  static readonly limitsOf: LimitedApi = 'completions';

  @IsOptionalModelName() model?: string | null;

  @IsUnion('one of a string or an array of strings')
  prompt: CompletionsRequest['prompt'];

  @IsOptional() @IsBoolean() stream?: boolean | null;
  @IsOptional() @IsObject() stream_options?: CompletionsRequest['stream_options'];

  @IsOptional() @IsInt() @Min(1) max_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) n?: number | null;
  @IsOptional() @IsInt() @Min(1) @Max(20) best_of?: number | null;
  @IsOptional() @IsBoolean() echo?: boolean | null;
  @IsOptional() @IsString() suffix?: string | null;

  @IsOptional() @IsNumber() @Min(0) @Max(2) temperature?: number | null;
  @IsOptional() @IsNumber() @Min(0) @Max(1) top_p?: number | null;
  @IsOptional() @IsInt() @Min(1) top_k?: number | null;
  @IsOptional() @IsNumber() @Min(-2) @Max(2) frequency_penalty?: number | null;
  @IsOptional() @IsNumber() @Min(-2) @Max(2) presence_penalty?: number | null;
  @IsOptional() @IsInt() seed?: number | null;
  @IsOptional() @IsObject() logit_bias?: CompletionsRequest['logit_bias'];
  @IsOptional() @IsInt() @Min(0) @Max(5) logprobs?: number | null;

  @IsOptional() @IsInt() @Min(1) max_thinking_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) thinking_max_tokens?: number | null;
  @IsOptional() @IsInt() @Min(1) max_thinking_length?: number | null;
  @IsOptional() @IsBoolean() enable_extended_output?: boolean | null;
  @IsOptional() @IsBoolean() enable_computer_use?: boolean | null;

  @IsOptional() @IsString() user?: string;
}
