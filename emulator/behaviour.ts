import { Quota, type QuotaLimits } from './quota.ts';

/** Which requests a behaviour is for. Without any of these: all of them. */
export interface BehaviourScope {
  /** Only the first so many requests that match. */
  times?: number;
  /** Only models whose id, as sent, contains this. */
  match?: string;
  /** Only this operation: `converse`, `converse-stream`, `invoke`, … */
  operation?: string;
}

/**
 * What goes wrong. At most one of these happens to a request.
 * `afterDeltas`: so many content deltas are sent first; a stream with fewer deltas fails before its messageStop.
 */
export type Fault =
  | { kind: 'throttle'; message?: string }
  /** Any exception, instead of an answer. `headers` are added to it. */
  | { kind: 'refuse'; name: string; status?: number; message?: string; headers?: Record<string, string> }
  /** An exception frame within a stream. */
  | { kind: 'stream-error'; name: string; message?: string; afterDeltas?: number }
  /** An exception frame before any event. */
  | { kind: 'first-frame-error'; name: string; message?: string }
  /** Nothing more is said. Without `afterDeltas`, not even headers. */
  | { kind: 'stall'; afterDeltas?: number }
  /** The connection breaks. Without `afterDeltas`, before the headers. */
  | { kind: 'cut'; afterDeltas?: number }
  /** The connection is reset (RST), as by a firewall or a process that died. Without `afterDeltas`, before the headers. */
  | { kind: 'reset'; afterDeltas?: number }
  /** The stream ends in good order but without messageStop and metadata. */
  | { kind: 'truncate'; afterDeltas?: number }
  /** The stream ends in good order in the middle of a frame. */
  | { kind: 'half-frame'; afterDeltas?: number }
  /** One frame has a wrong checksum. */
  | { kind: 'corrupt'; afterDeltas?: number }
  /**
   * An answer that is not Bedrock's, from whatever stands in front of it: `body`, or so many `bytes` of blanks.
   * 200 and `text/html` where nothing else is said.
   */
  | { kind: 'reply'; status?: number; contentType?: string; body?: string; bytes?: number };

/** How an answer is sent. These add to each other and to a fault. */
export type Manner =
  /** Waits: before the first event of a stream (its headers are sent) or before a plain answer; or before the headers. */
  | { kind: 'slow'; ms: number; before?: 'headers' | 'first-event' }
  /** Sends a stream in pieces of so many bytes, across the edges of frames. */
  | { kind: 'drip'; bytes: number }
  /** Another pause between the events of a stream. */
  | { kind: 'pace'; ms: number }
  /** The service's clock is so far ahead of this machine's (behind, where it is negative): signatures and `date` go by it. */
  | { kind: 'clock'; ms: number }
  /** A quota that holds from now on, for all requests that match together. */
  | ({ kind: 'quota' } & QuotaLimits);

export type Behaviour = BehaviourScope & (Fault | Manner);

/** What the behaviours say about one request. */
export interface Plan {
  fault?: Fault;
  slowMs: number;
  slowBefore: 'headers' | 'first-event';
  dripBytes: number;
  paceMs: number;
  quotas: Quota[];
}

const MANNERS: ReadonlySet<string> = new Set<Manner['kind']>(['slow', 'drip', 'pace', 'clock', 'quota']);
const KINDS = new Set([
  'throttle',
  'refuse',
  'stream-error',
  'first-frame-error',
  'stall',
  'cut',
  'reset',
  'truncate',
  'half-frame',
  'corrupt',
  'reply',
  ...MANNERS,
]);
const TIMED: ReadonlySet<string> = new Set(['slow', 'pace', 'clock']);
const QUOTAS: readonly (keyof QuotaLimits)[] = ['tokensPerMinute', 'requestsPerMinute', 'tokensPerDay'];
const MOST_BEHAVIOURS = 1000;

/** For what comes as JSON: undefined, or what is wrong with it. */
export function behaviourProblem(value: unknown): string | undefined {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !KINDS.has(kind)) return `kind must be one of: ${[...KINDS].join(', ')}`;
  const { name, ms, bytes } = value as { name?: unknown; ms?: unknown; bytes?: unknown };
  const needsName = kind === 'refuse' || kind === 'stream-error' || kind === 'first-frame-error';
  if (needsName && typeof name !== 'string') return `${kind} needs the name of an exception`;
  if (TIMED.has(kind) && typeof ms !== 'number') return `${kind} needs ms`;
  if (kind === 'drip' && !(typeof bytes === 'number' && bytes >= 1)) return 'drip needs bytes';
  return kind === 'quota' ? quotaProblem(value as object) : undefined;
}

function quotaProblem(value: object): string | undefined {
  return QUOTAS.some((limit) => limit in value) ? undefined : `quota needs one of: ${QUOTAS.join(', ')}`;
}

/** Behaviours in the order they were told; each is forgotten when its `times` are used up. */
export class BehaviourBook {
  #entries: { behaviour: Behaviour; left: number; quota?: Quota }[] = [];

  add(behaviour: Behaviour): void {
    const problem = behaviourProblem(behaviour);
    if (problem !== undefined) throw new TypeError(problem);
    if (this.#entries.length >= MOST_BEHAVIOURS) this.#entries.shift();
    const quota = behaviour.kind === 'quota' ? new Quota(behaviour) : undefined;
    this.#entries.push({ behaviour, left: behaviour.times ?? Infinity, quota });
  }

  clear(): void {
    this.#entries = [];
  }

  /** How far the service's clock is ahead, for a request that is not looked at yet; it counts against no `times`. */
  clockMs(operation: string, modelId: string): number {
    const clocks = this.#entries.filter(({ behaviour }) => isFor(behaviour, operation, modelId));
    return clocks.reduce((sum, { behaviour }) => sum + (behaviour.kind === 'clock' ? behaviour.ms : 0), 0);
  }

  take(operation: string, modelId: string, paceMs: number): Plan {
    const plan: Plan = { slowMs: 0, slowBefore: 'first-event', dripBytes: 0, paceMs, quotas: [] };
    for (const entry of this.#entries) {
      const { behaviour } = entry;
      if (!isFor(behaviour, operation, modelId)) continue;
      if (entry.quota) plan.quotas.push(entry.quota);
      if (entry.left > 0 && apply(behaviour, plan)) entry.left -= 1;
    }
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    return plan;
  }
}

function isFor(behaviour: Behaviour, operation: string, modelId: string): boolean {
  if (behaviour.operation !== undefined && behaviour.operation !== operation) return false;
  if (behaviour.match !== undefined && !modelId.includes(behaviour.match)) return false;
  return operation.endsWith('stream') || !onlyForStreams(behaviour);
}

/** A plain answer has no deltas and no frames: such a behaviour waits for a stream. */
function onlyForStreams(behaviour: Behaviour): boolean {
  if ('afterDeltas' in behaviour && behaviour.afterDeltas !== undefined) return true;
  return ['stream-error', 'first-frame-error', 'truncate', 'half-frame', 'corrupt'].includes(behaviour.kind);
}

/** False when the request already has its fault: the next one waits for the next request. */
function apply(behaviour: Behaviour, plan: Plan): boolean {
  if (isManner(behaviour)) {
    applyManner(behaviour, plan);
    return true;
  }
  if (plan.fault !== undefined) return false;
  plan.fault = behaviour;
  return true;
}

function isManner(behaviour: Fault | Manner): behaviour is Manner {
  return MANNERS.has(behaviour.kind);
}

function applyManner(manner: Manner, plan: Plan): void {
  switch (manner.kind) {
    case 'slow':
      plan.slowMs += manner.ms;
      plan.slowBefore = manner.before ?? 'first-event';
      return;
    case 'drip':
      plan.dripBytes = Math.max(1, Math.floor(manner.bytes));
      return;
    case 'pace':
      plan.paceMs = manner.ms;
      return;
    case 'clock':
    case 'quota':
      return;
    default:
      manner satisfies never;
  }
}
