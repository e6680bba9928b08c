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
  /** The stream ends in good order but without messageStop and metadata. */
  | { kind: 'truncate'; afterDeltas?: number }
  /** One frame has a wrong checksum. */
  | { kind: 'corrupt'; afterDeltas?: number };

/** How an answer is sent. These add to each other and to a fault. */
export type Manner =
  /** Waits: before the first event of a stream (its headers are sent) or before a plain answer; or before the headers. */
  | { kind: 'slow'; ms: number; before?: 'headers' | 'first-event' }
  /** Sends a stream in pieces of so many bytes, across the edges of frames. */
  | { kind: 'drip'; bytes: number }
  /** Another pause between the events of a stream. */
  | { kind: 'pace'; ms: number }
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

const KINDS = new Set([
  'throttle',
  'refuse',
  'stream-error',
  'first-frame-error',
  'stall',
  'cut',
  'truncate',
  'corrupt',
  'slow',
  'drip',
  'pace',
  'quota',
]);
const QUOTAS: readonly (keyof QuotaLimits)[] = ['tokensPerMinute', 'requestsPerMinute', 'tokensPerDay'];
const MOST_BEHAVIOURS = 1000;

/** For what comes as JSON: undefined, or what is wrong with it. */
export function behaviourProblem(value: unknown): string | undefined {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !KINDS.has(kind)) return `kind must be one of: ${[...KINDS].join(', ')}`;
  const { name, ms, bytes } = value as { name?: unknown; ms?: unknown; bytes?: unknown };
  const needsName = kind === 'refuse' || kind === 'stream-error' || kind === 'first-frame-error';
  if (needsName && typeof name !== 'string') return `${kind} needs the name of an exception`;
  if ((kind === 'slow' || kind === 'pace') && typeof ms !== 'number') return `${kind} needs ms`;
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

  take(operation: string, modelId: string, paceMs: number): Plan {
    const plan: Plan = { slowMs: 0, slowBefore: 'first-event', dripBytes: 0, paceMs, quotas: [] };
    for (const entry of this.#entries) {
      const { behaviour } = entry;
      if (behaviour.operation !== undefined && behaviour.operation !== operation) continue;
      if (behaviour.match !== undefined && !modelId.includes(behaviour.match)) continue;
      if (onlyForStreams(behaviour) && !operation.endsWith('stream')) continue;
      if (entry.quota) plan.quotas.push(entry.quota);
      if (entry.left > 0 && apply(behaviour, plan)) entry.left -= 1;
    }
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    return plan;
  }
}

/** A plain answer has no deltas and no frames: such a behaviour waits for a stream. */
function onlyForStreams(behaviour: Behaviour): boolean {
  if ('afterDeltas' in behaviour && behaviour.afterDeltas !== undefined) return true;
  return ['stream-error', 'first-frame-error', 'truncate', 'corrupt'].includes(behaviour.kind);
}

/** False when the request already has its fault: the next one waits for the next request. */
function apply(behaviour: Behaviour, plan: Plan): boolean {
  switch (behaviour.kind) {
    case 'slow':
      plan.slowMs += behaviour.ms;
      plan.slowBefore = behaviour.before ?? 'first-event';
      return true;
    case 'drip':
      plan.dripBytes = Math.max(1, Math.floor(behaviour.bytes));
      return true;
    case 'pace':
      plan.paceMs = behaviour.ms;
      return true;
    case 'quota':
      return true;
    case 'throttle':
    case 'refuse':
    case 'stream-error':
    case 'first-frame-error':
    case 'stall':
    case 'cut':
    case 'truncate':
    case 'corrupt':
    default:
      if (plan.fault !== undefined) return false;
      plan.fault = behaviour;
      return true;
  }
}
