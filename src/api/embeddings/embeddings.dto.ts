import { IsInt, IsOptional, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { EmbeddingsRequest } from '../../translation/openai-embeddings/embeddings-request.ts';
import { IsModelName, IsUnion } from '../request-fields.ts';

/** The envelope of `POST /v1/embeddings`; unions are checked where they are translated. */
export class EmbeddingsRequestDto implements EmbeddingsRequest {
  static readonly limitsOf: LimitedApi = 'embeddings';

  @IsModelName() model: string;

  @IsUnion('one of a string or an array of strings')
  input: unknown;

  @IsOptional() @IsInt() @Min(1) dimensions?: number | null;
}
