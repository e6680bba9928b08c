import { ArrayMinSize, IsArray, IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, Min } from 'class-validator';

import type { CountTokensRequest, MessagesRequest } from '../../translation/messages/messages-wire.ts';

/**
 * The envelope of `POST /v1/messages/count_tokens`. Everything else of a body is checked where it is translated, or by
 * the model itself, in its own words.
 */
export class CountTokensDto implements CountTokensRequest {
  @IsString({ message: 'model must be the name of a model' })
  @IsNotEmpty({ message: 'model must be the name of a model' })
  model: string;

  @IsArray({ message: 'messages must be a list of messages' })
  @ArrayMinSize(1, { message: 'messages must hold at least one message' })
  messages: readonly unknown[];
}

/** The envelope of `POST /v1/messages`. */
export class MessagesDto implements MessagesRequest {
  @IsString({ message: 'model must be the name of a model' })
  @IsNotEmpty({ message: 'model must be the name of a model' })
  model: string;

  @IsArray({ message: 'messages must be a list of messages' })
  @ArrayMinSize(1, { message: 'messages must hold at least one message' })
  messages: readonly unknown[];

  @IsInt() @Min(0) max_tokens: number;

  @IsOptional() @IsBoolean() stream?: boolean | null;
}
