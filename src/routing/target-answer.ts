import type { Target } from '../models/types/model.ts';
import type { Usage } from '../usage/usage.ts';

/** The answer of a target, with the settlement of its quota. */
export interface TargetAnswer<T> {
  body: T;
  target: Target;
  /** AWS's id of the request. */
  upstreamRequestId?: string | undefined;
  /** Charges the actual usage to the quotas of the target. Must be called once; without `usage` if it is unknown. */
  settle(usage?: Usage): void;
}
