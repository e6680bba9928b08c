import { IsDefined, IsOptional, IsString } from '../../libraries/class-validator.ts';

import type { LimitedApi } from '../../limits/request-limit.ts';
import type { ModerationsRequest } from '../../translation/moderations/moderations.ts';

/** The envelope of `POST /v1/moderations`. */
export class ModerationsDto implements ModerationsRequest {
  static readonly limitsOf: LimitedApi = 'moderations';

  @IsDefined({ message: 'input must be a text or a list of texts' })
  input: unknown;

  /** Repeated in the answer; what looks is the guardrail. */
  @IsOptional() @IsString() model?: string | null;
}
