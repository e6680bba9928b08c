import { Quota, type QuotaLimits } from './quota.ts';

/** Requests to which a behavior applies. Without any of these fields, all requests. */
export interface BehaviorScope {
  /** Number of matching requests to which it applies. Default: all. */
  times?: number;
  /** Part of the model id, as sent. */
  match?: string;
  /** Operation: `converse`, `converse-stream`, `invoke`, … */
  operation?: string;
}

/**
 * Failure of a request. At most one fault applies to a request. `afterDeltas` is the number of content deltas before
 * the fault. A stream with fewer deltas fails before its messageStop.
 */
export type Fault =
  | { kind: 'throttle'; message?: string }
  /** Any exception instead of an answer, with additional `headers`. */
  | { kind: 'refuse'; name: string; status?: number; message?: string; headers?: Record<string, string> }
  /** Exception frame within a stream. */
  | { kind: 'stream-error'; name: string; message?: string; afterDeltas?: number }
  /** Exception frame before any event. */
  | { kind: 'first-frame-error'; name: string; message?: string }
  /**
   * The emulator sends nothing more and keeps the connection open. Without `afterDeltas`, it sends no headers either.
   */
  | { kind: 'stall'; afterDeltas?: number }
  /** The emulator closes the connection. Without `afterDeltas`, before the headers. */
  | { kind: 'cut'; afterDeltas?: number }
  /**
   * The emulator resets the connection (RST), as a firewall or a crashed process does. Without `afterDeltas`, before
   * the headers.
   */
  | { kind: 'reset'; afterDeltas?: number }
  /** The stream ends normally, but without messageStop and metadata. */
  | { kind: 'truncate'; afterDeltas?: number }
  /** The stream ends normally, but in the middle of a frame. */
  | { kind: 'half-frame'; afterDeltas?: number }
  /** One frame has a wrong checksum. */
  | { kind: 'corrupt'; afterDeltas?: number }
  /**
   * Response that Bedrock never sends, as from a proxy in front of it: `body`, or a number of blank `bytes`.
   * Defaults: status 200 and `text/html`.
   */
  | { kind: 'reply'; status?: number; contentType?: string; body?: string; bytes?: number };

/** Change of how an answer is sent. Several deliveries and one fault can apply to the same request. */
export type Delivery =
  /**
   * Waits for `ms` before the first event of a stream, after its headers, or before a plain answer. With
   * `before: 'headers'`, waits before the headers.
   */
  | { kind: 'slow'; ms: number; before?: 'headers' | 'first-event' }
  /** Sends a stream in pieces of this size, regardless of frames. */
  | { kind: 'drip'; bytes: number }
  /** Replaces the pause between the events of a stream. */
  | { kind: 'pace'; ms: number }
  /**
   * Sets the emulator's clock ahead of the machine's by `ms` (behind, if negative). Signatures are checked against it,
   * and `date` shows it.
   */
  | { kind: 'clock'; ms: number }
  /** Enforces a quota that all matching requests share. */
  | ({ kind: 'quota' } & QuotaLimits);

export type Behavior = BehaviorScope & (Fault | Delivery);

/** Combined behaviors of one request. */
export interface ResponsePlan {
  fault?: Fault;
  slowMs: number;
  slowBefore: 'headers' | 'first-event';
  dripBytes: number;
  paceMs: number;
  quotas: Quota[];
}

const DELIVERIES: ReadonlySet<string> = new Set<Delivery['kind']>(['slow', 'drip', 'pace', 'clock', 'quota']);
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
  ...DELIVERIES,
]);
const TIMED: ReadonlySet<string> = new Set(['slow', 'pace', 'clock']);
const QUOTAS: readonly (keyof QuotaLimits)[] = ['tokensPerMinute', 'requestsPerMinute', 'tokensPerDay'];
const MAX_BEHAVIORS = 1000;

/** Returns what is wrong with a behavior that was received as JSON; undefined if it is valid. */
export function behaviorProblem(value: unknown): string | undefined {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !KINDS.has(kind)) return `kind must be one of: ${[...KINDS].join(', ')}`;
  const { name, ms, bytes } = value as { name?: unknown; ms?: unknown; bytes?: unknown };
  const needsName = kind === 'refuse' || kind === 'stream-error' || kind === 'first-frame-error';
  if (needsName && typeof name !== 'string') return `${kind} requires "name", the name of an exception`;
  if (TIMED.has(kind) && typeof ms !== 'number') return `${kind} requires "ms", a number of milliseconds`;
  if (kind === 'drip' && !(typeof bytes === 'number' && bytes >= 1)) return 'drip requires "bytes", at least 1';
  return kind === 'quota' ? quotaProblem(value as object) : undefined;
}

function quotaProblem(value: object): string | undefined {
  return QUOTAS.some((limit) => limit in value) ? undefined : `quota requires at least one of: ${QUOTAS.join(', ')}`;
}

/** Configured behaviors, in the order they were added. A behavior is removed when its `times` are used up. */
export class BehaviorBook {
  #entries: { behavior: Behavior; left: number; quota?: Quota }[] = [];

  add(behavior: Behavior): void {
    const problem = behaviorProblem(behavior);
    if (problem !== undefined) throw new TypeError(problem);
    if (this.#entries.length >= MAX_BEHAVIORS) this.#entries.shift();
    const quota = behavior.kind === 'quota' ? new Quota(behavior) : undefined;
    this.#entries.push({ behavior, left: behavior.times ?? Infinity, quota });
  }

  clear(): void {
    this.#entries = [];
  }

  /** Returns how many milliseconds the emulator's clock is ahead for a request. Does not count against `times`. */
  clockMs(operation: string, modelId: string): number {
    const clocks = this.#entries.filter(({ behavior }) => isFor(behavior, operation, modelId));
    return clocks.reduce((sum, { behavior }) => sum + (behavior.kind === 'clock' ? behavior.ms : 0), 0);
  }

  /** Returns the plan for a request, and counts the behaviors in it against their `times`. */
  take(operation: string, modelId: string, paceMs: number): ResponsePlan {
    const plan: ResponsePlan = { slowMs: 0, slowBefore: 'first-event', dripBytes: 0, paceMs, quotas: [] };
    for (const entry of this.#entries) {
      const { behavior } = entry;
      if (!isFor(behavior, operation, modelId)) continue;
      if (entry.quota) plan.quotas.push(entry.quota);
      if (entry.left > 0 && apply(behavior, plan)) entry.left -= 1;
    }
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    return plan;
  }
}

function isFor(behavior: Behavior, operation: string, modelId: string): boolean {
  if (behavior.operation !== undefined && behavior.operation !== operation) return false;
  if (behavior.match !== undefined && !modelId.includes(behavior.match)) return false;
  return operation.endsWith('stream') || !onlyForStreams(behavior);
}

/** Returns true if the behavior needs deltas or frames, which only streams have. */
function onlyForStreams(behavior: Behavior): boolean {
  if ('afterDeltas' in behavior && behavior.afterDeltas !== undefined) return true;
  return ['stream-error', 'first-frame-error', 'truncate', 'half-frame', 'corrupt'].includes(behavior.kind);
}

/** Returns false if the request already has a fault. The behavior then stays for the next request. */
function apply(behavior: Behavior, plan: ResponsePlan): boolean {
  if (isDelivery(behavior)) {
    applyDelivery(behavior, plan);
    return true;
  }
  if (plan.fault !== undefined) return false;
  plan.fault = behavior;
  return true;
}

function isDelivery(behavior: Fault | Delivery): behavior is Delivery {
  return DELIVERIES.has(behavior.kind);
}

function applyDelivery(delivery: Delivery, plan: ResponsePlan): void {
  switch (delivery.kind) {
    case 'slow':
      plan.slowMs += delivery.ms;
      plan.slowBefore = delivery.before ?? 'first-event';
      return;
    case 'drip':
      plan.dripBytes = Math.max(1, Math.floor(delivery.bytes));
      return;
    case 'pace':
      plan.paceMs = delivery.ms;
      return;
    case 'clock':
    case 'quota':
      return;
    default:
      delivery satisfies never;
  }
}
