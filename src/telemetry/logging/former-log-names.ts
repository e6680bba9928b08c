import type { RequestLogLine } from '../../request/request-log-line.ts';
import { withFormerAdjustments } from '../../wire/adjustments/former-adjustments.ts';

/** Fields of the request line that have a new name, with their former ones. */
export const FORMER_LOG_FIELDS = {
  requestedModel: 'redirectedFrom',
  targetFailovers: 'failovers',
  modelFallbacks: 'fallback',
  maxGapMs: 'longestGapMs',
  msPerOutputToken: 'msPerToken',
  usage: 'tokens',
  estimatedUsage: 'estimatedTokens',
  streamContinuations: 'continued',
  clientDisconnected: 'aborted',
} as const satisfies Partial<Record<keyof RequestLogLine, string>>;

/** Events that have a new name, with their former ones. */
export const FORMER_EVENTS: Readonly<Record<string, string>> = {
  redis_unavailable: 'redis_away',
  redis_recovered: 'redis_back',
  redis_error: 'redis_refuses',
  quota_mismatch: 'quota_differs',
  overload_ended: 'overload_over',
  config_rejected: 'config_refused',
  config_reload_requested: 'config_reload_asked',
  model_discovery_failed: 'discovery_failed',
  api_key_rejected: 'api_key_refused',
  connection_rejected: 'connection_refused',
  requests_rejected: 'requests_refused',
};

/** Marks audit lines by its former field, `stream`, which is a boolean in request lines. */
const FORMER_AUDIT_FIELDS = { stream: 'audit' } as const;

const FIELD_PAIRS = Object.entries(FORMER_LOG_FIELDS) as [keyof typeof FORMER_LOG_FIELDS, string][];

/** Adds the former fields to a request line, and the former spellings of its adjustments. A field without a value stays absent. */
export function addFormerFields(line: RequestLogLine): void {
  for (const [name, former] of FIELD_PAIRS) {
    const value = line[name];
    if (value !== undefined) Reflect.set(line, former, value);
  }
  if (line.adjusted !== undefined) line.adjusted = withFormerAdjustments(line.adjusted);
}

/** Adds the former field `stream` to an audit line. Returns other lines unchanged. */
export function withFormerMark(fields: object): object {
  return 'log' in fields && fields.log === 'audit' ? { ...fields, ...FORMER_AUDIT_FIELDS } : fields;
}

/**
 * Returns the fields of a second line with the former name of the event; undefined if the event was not renamed.
 * `replacedBy` is the present name. Log queries can exclude the second line by this field.
 */
export function formerEventFields(fields: object): object | undefined {
  const event = 'event' in fields ? fields.event : undefined;
  const former = typeof event === 'string' ? FORMER_EVENTS[event] : undefined;
  return former === undefined ? undefined : { ...fields, event: former, replacedBy: event };
}
