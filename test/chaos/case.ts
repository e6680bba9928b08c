import type { Behavior } from '../../emulator/emulator.ts';

export const FORMS = ['plain', 'streamed'] as const;
export type Form = (typeof FORMS)[number];

/** 2: the route has a second target, which is well. */
export type TargetCount = 1 | 2;

/** What surrounds a fault: settings of the gateway and what its targets are; `stages.ts` builds them. */
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

/** What is done to the surroundings just before the request. */
export type Act = 'kill Redis' | 'pause Redis' | 'restart Redis' | 'restart upstream';

/** What the client does with its request; otherwise it reads the answer as fast as it comes. */
export type ClientManner = 'leaves before the answer' | 'leaves in mid-text' | 'leaves between two attempts';

/** When a failure comes: whether text has reached the client decides everything. */
export type When =
  | 'before the first byte'
  | 'first frame'
  | 'before text'
  | 'after text'
  | 'always'
  | 'start'
  | 'in the run';

/** One row of the matrix before it is multiplied by forms and targets. */
export interface Fault {
  name: string;
  when: When;
  stage: StageName;
  /** Forms in which it can happen; both where nothing is said. */
  forms?: readonly Form[];
  /** With how many targets it makes a difference; 1 and 2 where nothing is said. */
  targets?: readonly TargetCount[];
  /** How the first target behaves. */
  behave?: readonly Behavior[];
  /** How it behaves for one request before, which nobody looks at. */
  before?: readonly Behavior[];
  act?: Act;
  client?: ClientManner;
  /** What becomes of the request at a single target: the rest follows from `rules.ts`. */
  ends: Ending;
  /** The failure is over after this many calls. */
  passes?: number;
  /** Silence is bridged with comments: the answer begins before the upstream's does. */
  bridged?: true;
  /** What the gateway has to say about it on its outputs, besides the line of the request. */
  told?: string;
  /** Part of the short form. */
  short?: true;
}

/** `whole`: the client notices nothing. Else the code of the failure, or that it was the client who left. */
export type Ending = { whole: true } | { code: string; status?: number } | { left: true };

export interface Case {
  id: string;
  fault: Fault;
  form: Form;
  targets: TargetCount;
}

/** What a case came to, in words that can be compared: the client's side, the upstream's, the books'. */
export interface Outcome {
  client: string;
  asked: string;
  metered: string;
}

export function inWords({ client, asked, metered }: Outcome): string {
  return `${client}; ${asked}; ${metered}`;
}
