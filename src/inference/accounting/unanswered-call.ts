import type { Route, Target } from '../../models/types/model.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';

/** A call that Bedrock bills, and whose answer or counts did not arrive. */
export interface UnansweredCall {
  readonly route: Route;
  readonly target: Target;
  readonly upstreamRequestId: string | undefined;
  /** Estimated tokens of the prompt. */
  readonly inputTokens: number;
  /** Limit of the output in tokens, as the client sent it. 0 for a stream that did not begin. */
  readonly maxOutputTokens: unknown;
  readonly facts: BillingFacts | undefined;
}
