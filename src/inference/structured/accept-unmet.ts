import type { RequestContext } from '../../request/request-context.ts';
import type { ExpectedOutput } from '../../translation/json-schema/expected-output.ts';
import { invalidOutput, uncheckedOutput } from '../../translation/structured/invalid-output.ts';
import { tellAlso } from '../report-adjustments.ts';

/** Why an answer is not known to conform: it does not, or it could not be checked. */
interface Unmet {
  problem?: string;
  unchecked?: string;
}

/** Reports an answer that is given out although it is not known to conform. Throws GatewayError 502 for a strict format. */
export function acceptUnmet(
  { problem, unchecked }: Unmet,
  { isLoose, field, param }: ExpectedOutput,
  context: RequestContext,
): void {
  if (problem !== undefined) {
    if (!isLoose) throw invalidOutput(problem);
    tellAlso(context, `${field}=unmet`);
  }
  if (unchecked !== undefined) {
    if (!isLoose) throw uncheckedOutput(unchecked);
    tellAlso(context, `${param}=unchecked`);
  }
}
