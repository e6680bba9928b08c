import type { TestGround } from './test-ground.ts';
import type { LoadReport } from './load-report.ts';

/** The result of a step. */
export interface StepOutcome {
  /** The view of the clients that sent requests during the step. */
  load?: LoadReport;
  /** Figures for the table, e.g. durations. */
  figures?: string;
  /** Expectations that did not hold; empty if the step passed. */
  violations: string[];
}

/** One property of the chart in a cluster. Each step is a file in `steps/`, named after the step. */
export interface Step {
  /** Property that the step shows, as the table prints it. */
  shows: string;
  /** Part of the short form. */
  short?: true;
  /** Returns why this cluster cannot run the step; undefined if it can. */
  impossible?(ground: TestGround): string | undefined;
  run(ground: TestGround): Promise<StepOutcome>;
}

/** The steps in the order of a complete run. */
export const STEP_NAMES = [
  'trial',
  'scenarios',
  'production',
  'network-policy',
  'upgrade',
  'configuration',
  'restart',
  'delete-pod',
  'crash',
  'drain',
  'scale',
  'autoscaling',
  'live-configuration',
  'live-secret',
  'wrong-live-configuration',
  'wrong-configuration',
  'broken-image',
  'old-configuration',
  'upstream-down',
  'redis-killed',
  'rollback',
  'previous-version',
  'database-migration',
  'database-upgrade',
  'database-down',
  'sqlite',
  'gitops',
  'stop-during-start',
  'stream-memory',
  'large-bodies',
  'any-user',
] as const;

export type StepName = (typeof STEP_NAMES)[number];
