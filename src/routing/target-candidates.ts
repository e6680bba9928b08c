import type { Route, Target } from '../models/types/model.ts';
import type { PromptSize } from './quotas/estimates/token-demand.ts';
import type { TargetAnswer } from './target-answer.ts';
import type { CacheAffinity } from './targets/prompt-cache-affinity.ts';

/** The data of a call on which the choice of its target depends. */
export interface RoutedCall {
  readonly route: Route;
  /** True for an operation outside inference, such as CountTokens. Its outcome does not change the health of a target. */
  readonly isOutsideInference?: boolean;
  /**
   * Called only if the route has several targets. Returns undefined if no target can have a part of the prompt in its cache.
   */
  cacheAffinity(): CacheAffinity | undefined;
  /** Called only if quotas are configured. */
  promptSize(): PromptSize;
}

/** The targets of a route in the order in which a call tries them. */
export interface TargetCandidates {
  /**
   * Returns the next target. Waits only for a quota. If no target is left, throws the first failure that can be
   * retried, otherwise the first one. Throws a 429 if the quotas of all targets are exhausted and the call must not
   * wait.
   */
  next(): TargetCandidate | Promise<TargetCandidate>;
}

/** A target for the call. The caller must call `accept` or `reject`, once. */
export interface TargetCandidate {
  readonly target: Target;
  /** True if another account answered earlier turns of the conversation. */
  readonly isCrossAccount: boolean;
  /** Records that the target has accepted the call. `upstreamRequestId` is AWS's id of the request. */
  accept<Answer>(answer: Answer, upstreamRequestId?: string): TargetAnswer<Answer>;
  /** Records the failure. Throws it if no other target can help. */
  reject(failure: unknown): void;
}
