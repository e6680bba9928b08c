import { IsDefined, IsInt, IsNotEmpty, IsOptional, IsString, Min } from 'class-validator';

import type { EmbeddingsRequest } from '../../translation/embeddings/embeddings-request.ts';

/** The envelope of `POST /v1/embeddings`; unions are checked where they are translated. */
export class EmbeddingsDto implements EmbeddingsRequest {
  @IsString({ message: 'model must be the name of a model' })
  @IsNotEmpty({ message: 'model must be the name of a model' })
  model: string;

  @IsDefined({ message: 'input must be a text or a list of texts' })
  input: unknown;

  @IsOptional() @IsInt() @Min(1) dimensions?: number | null;
}
