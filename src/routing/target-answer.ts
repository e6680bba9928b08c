import type { Target } from '../models/types/model.ts';
import type { Usage } from '../usage/usage.ts';

/** An accepted exchange: what came, from whom, and what has to be booked for it. */
export interface TargetAnswer<T> {
  body: T;
  target: Target;
  /** Books what was really used; called once, without usage where nobody knows. */
  settle(usage?: Usage): void;
}
