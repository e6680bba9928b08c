import { IsDefined, IsInt, IsOptional, Min } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { EmbeddingsRequest } from '../../translation/embeddings/embeddings-request.ts';
import { IsModelName } from '../request-fields.ts';

/** The envelope of `POST /v1/embeddings`; unions are checked where they are translated. */
export class EmbeddingsDto implements EmbeddingsRequest {
  static readonly limitsOf: LimitedApi = 'embeddings';

  @IsModelName() model: string;

  @IsDefined({ message: 'input must be a text or a list of texts' })
  input: unknown;

  @IsOptional() @IsInt() @Min(1) dimensions?: number | null;
}
