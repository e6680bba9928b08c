import type { BilledFailure } from '../../bedrock/operations/billed-failure.ts';
import type { Target } from '../../models/types/model.ts';
import { billingOfConverse, billingOfInvoke } from '../../wire/usage/billing.ts';
import { estimatePrompt, PDF_CHARACTERS_PER_TOKEN } from '../../wire/token-estimate.ts';
import type { UnansweredCall } from '../accounting/unanswered-call.ts';
import type { RoutableCall } from './routable-call.ts';

const BYTES_PER_TOKEN = 4;
/** Tokens of a typical image, as in `token-estimate.ts`. */
const IMAGE_TOKENS = 1_000;

/** Returns a call that Bedrock bills although it has failed. Its prompt is estimated from its size. */
export function unansweredCall(
  call: RoutableCall<unknown>,
  target: Target,
  { upstreamRequestId, output }: BilledFailure,
): UnansweredCall {
  const { route, converse, headers } = call;
  const { textBytes, images, mediaBytes, maxTokens } = call.promptSize();
  const ofSize = textBytes / BYTES_PER_TOKEN + images * IMAGE_TOKENS + mediaBytes / PDF_CHARACTERS_PER_TOKEN;
  return {
    route,
    target,
    upstreamRequestId,
    inputTokens: Math.ceil(converse === undefined ? ofSize : estimatePrompt(converse)),
    facts: converse === undefined ? billingOfInvoke(headers ?? {}) : billingOfConverse(converse, undefined),
    ...(output === 'expected' ? { maxOutputTokens: maxTokens } : { maxOutputTokens: 0 }),
  };
}
