import type { Route, Target } from '../models/types/model.ts';
import type { PromptSize } from './quotas/estimates/token-demand.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { CacheAffinity } from './targets/prompt-cache-affinity.ts';

/** A call as the choice of its target sees it. */
export interface RoutedCall {
  readonly route: Route;
  /** True for an operation beside inference, such as CountTokens: its outcome does not change the health of a target. */
  readonly isAside?: boolean;
  /** Called only if the route has several targets. Returns undefined if no target has a part of the prompt in its cache. */
  cacheAffinity(): CacheAffinity | undefined;
  /** Called only when quotas are configured. */
  promptSize(): PromptSize;
}

/** The targets of a route in the order in which a call tries them. */
export interface TargetCandidates {
  /**
   * Returns the next target. Waits only for a quota. Throws the failure that is most worth a retry if no target is left,
   * and 429 if the quotas of all targets are exhausted and the call must not wait.
   */
  next(): TargetCandidate | Promise<TargetCandidate>;
}

/** A target that may be sent the call. Ends with `accept` or `reject`, whichever is called. */
export interface TargetCandidate {
  readonly target: Target;
  /** True if turns of the conversation were answered in another account. */
  readonly isCrossAccount: boolean;
  /** Records that the target has accepted the call. */
  accept<Answer>(answer: Answer): TargetAnswer<Answer>;
  /** Records the failure. Throws it if no other target can help. */
  reject(failure: unknown): void;
}
