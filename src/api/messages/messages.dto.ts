import { IsBoolean, IsInt, IsNumber, IsOptional, Max, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { CountTokensRequest, MessagesRequest } from '../../translation/anthropic/types.ts';
import { IsMessageList, IsOptionalModelName } from '../request-fields.ts';

/**
 * The envelope of `POST /v1/messages/count_tokens`. Everything else of a body is checked where it is translated, or by
 * the model itself, in its own words.
 */
export class CountTokensRequestDto implements CountTokensRequest {
  static readonly limitsOf: LimitedApi = 'countTokens';

  @IsOptionalModelName() model?: string | null;

  @IsMessageList() messages: readonly unknown[];
}

/**
 * The envelope of `POST /v1/messages`. Ranges are Anthropic's (API reference of Messages, 2026-11): a temperature of
 * OpenAI's scale up to 2 is refused, as Anthropic refuses it.
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
