import { IsBoolean, IsInt, IsOptional, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { CountTokensRequest, MessagesRequest } from '../../translation/messages/messages-wire.ts';
import { IsConversation, IsModelName } from '../request-fields.ts';

/**
 * The envelope of `POST /v1/messages/count_tokens`. Everything else of a body is checked where it is translated, or by
 * the model itself, in its own words.
 */
export class CountTokensDto implements CountTokensRequest {
  static readonly limitsOf: LimitedApi = 'countTokens';

  @IsModelName() model: string;

  @IsConversation() messages: readonly unknown[];
}

/** The envelope of `POST /v1/messages`. */
export class MessagesDto implements MessagesRequest {
  static readonly limitsOf: LimitedApi = 'messages';

  @IsModelName() model: string;

  @IsConversation() messages: readonly unknown[];

  @IsInt() @Min(0) max_tokens: number;

  @IsOptional() @IsBoolean() stream?: boolean | null;
}
