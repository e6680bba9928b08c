import { badRequest } from '../../errors/errors.ts';
import { firstLostParameter } from '../adjustments.ts';
import type { TranslationPolicy } from '../policy.ts';

/**
 * Throws GatewayError 400 for the first field without effect, where the settings reject what is unsupported. `served`
 * names the model or the endpoint.
 */
export function refuseLosses(
  adjusted: readonly string[],
  { requests }: Pick<TranslationPolicy, 'requests'>,
  served: string,
): void {
  const lost = requests?.unsupportedFields === 'reject' ? firstLostParameter(adjusted) : undefined;
  if (lost === undefined) return;
  throw badRequest(`'${lost}' has no effect on ${served}. Remove it.`, lost, 'unsupported_parameter');
}
