import { badRequest } from '../../errors/errors.ts';
import { firstLostParameter } from '../adjustments.ts';
import type { TranslationPolicy } from '../policy.ts';

/**
 * Throws GatewayError 400 for the first field without effect, if the settings reject unsupported fields. `served`: name
 * of the model or endpoint for the message.
 */
export function rejectUnsupportedFields(
  adjusted: readonly string[],
  { requests }: Pick<TranslationPolicy, 'requests'>,
  served: string,
): void {
  const field = requests?.unsupportedFields === 'reject' ? firstLostParameter(adjusted) : undefined;
  if (field === undefined) return;
  throw badRequest(`'${field}' has no effect on ${served}. Remove it.`, field, 'unsupported_parameter');
}
