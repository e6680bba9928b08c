import { IsBoolean, IsInt, IsNumber, IsOptional, Max, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { CountTokensRequest, MessagesRequest } from '../../translation/anthropic/types.ts';
import { IsMessageList, IsOptionalModelName } from '../request-fields.ts';

/**
 * Validates the top-level fields of `POST /v1/messages/count_tokens`. The translator or the model checks everything else.
 */
export class CountTokensRequestDto implements CountTokensRequest {
  static readonly limitsOf: LimitedApi = 'countTokens';

  @IsOptionalModelName() model?: string | null;

  @IsMessageList() messages: readonly unknown[];
}

/**
 * Validates the top-level fields of `POST /v1/messages`. Ranges are Anthropic's (API reference of Messages, 2026-11):
 * temperatures above 1, which OpenAI accepts, are rejected.
 */
export class MessagesRequestDto implements MessagesRequest {
  static readonly limitsOf: LimitedApi = 'messages';

  @IsOptionalModelName() model?: string | null;

  @IsMessageList() messages: readonly unknown[];

  @IsInt() @Min(0) max_tokens: number;

  @IsOptional() @IsBoolean() stream?: boolean | null;

  @IsOptional() @IsNumber() @Min(0) @Max(1) temperature?: number | null;
  @IsOptional() @IsNumber() @Min(0) @Max(1) top_p?: number | null;
  @IsOptional() @IsInt() @Min(0) top_k?: number | null;
}
