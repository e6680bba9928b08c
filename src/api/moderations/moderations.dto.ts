import { IsOptional, IsString } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { ModerationsRequest } from '../../translation/openai-moderations/moderations.ts';
import { IsUnion } from '../request-fields.ts';

/** Validates the top-level fields of `POST /v1/moderations`. */
export class ModerationsRequestDto implements ModerationsRequest {
  static readonly limitsOf: LimitedApi = 'moderations';

  @IsUnion('one of a string or an array of strings')
  input: unknown;

  /** Returned in the answer. It does not select a model, because the guardrail does the check. */
  @IsOptional() @IsString() model?: string | null;
}
