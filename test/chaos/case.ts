import type { Behavior } from '../../emulator/emulator.ts';

export const FORMS = ['plain', 'streamed'] as const;
export type Form = (typeof FORMS)[number];

/** 2: the route has a second, healthy target. */
export type TargetCount = 1 | 2;

/** The setup around a fault: gateway settings and targets; `stages.ts` builds it. */
export type StageName =
  | 'usual'
  | 'impatient'
  | 'hurried'
  | 'keep-alive'
  | 'keep-alive and retries'
  | 'refused'
  | 'nameless'
  | 'mute'
  | 'self-signed'
  | 'not TLS'
  | 'no credentials'
  | 'wrong secret'
  | 'clock'
  | 'no Redis'
  | 'Redis'
  | 'full disk';

/** The action on the setup just before the request. */
export type Act = 'kill Redis' | 'pause Redis' | 'restart Redis' | 'restart upstream';

/** The behavior of the client; by default it reads the answer as fast as it arrives. */
export type ClientManner =
  | 'disconnects before the answer'
  | 'disconnects in mid-text'
  | 'disconnects between two attempts';

/** When a failure occurs: the result depends on whether text has reached the client. */
export type When =
  | 'before the first byte'
  | 'first frame'
  | 'before text'
  | 'after text'
  | 'always'
  | 'start'
  | 'while running';

/** One row of the matrix, before it is multiplied by forms and targets. */
export interface Fault {
  name: string;
  when: When;
  stage: StageName;
  /** Forms in which it can occur; default both. */
  forms?: readonly Form[];
  /** Numbers of targets that make a difference; default 1 and 2. */
  targets?: readonly TargetCount[];
  /** Behavior of the first target. */
  behave?: readonly Behavior[];
  /** Behavior for one earlier request, which is not checked. */
  before?: readonly Behavior[];
  act?: Act;
  client?: ClientManner;
  /** The result with a single target; `rules.ts` derives the rest. */
  ends: Ending;
  /** Number of calls after which the failure is over. */
  passes?: number;
  /** True if keep-alive comments are sent, so that the response begins before the upstream's. */
  bridged?: true;
  /** Pattern of a log line about the failure, besides the access log line. */
  log?: string;
  /** Part of the short run. */
  short?: true;
}

/** `whole`: no effect for the client. Otherwise the code of the failure, or `left` if the client disconnected. */
export type Ending = { whole: true } | { code: string; status?: number } | { left: true };

export interface Case {
  id: string;
  fault: Fault;
  form: Form;
  targets: TargetCount;
}

/** The result of a case as comparable text: the client's view, the calls, the metering. */
export interface Outcome {
  client: string;
  calls: string;
  metered: string;
}

export function outcomeText({ client, calls, metered }: Outcome): string {
  return `${client}; ${calls}; ${metered}`;
}
