import { IsInt, IsOptional, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { EmbeddingsRequest } from '../../translation/openai-embeddings/embeddings-request.ts';
import { IsModelName, IsUnion } from '../request-fields.ts';

/** Validates the top-level fields of `POST /v1/embeddings`. The translator checks unions. */
export class EmbeddingsRequestDto implements EmbeddingsRequest {
  static readonly limitsOf: LimitedApi = 'embeddings';

  @IsModelName() model: string;

  @IsUnion('one of a string or an array of strings')
  input: unknown;

  @IsOptional() @IsInt() @Min(1) dimensions?: number | null;
}
