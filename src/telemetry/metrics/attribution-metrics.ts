import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * Why a call of a team has no session: STS has failed; STS did not answer in time; there are too many sessions; no role is
 * configured for the account.
 */
export type UntaggedReason = 'sts_failed' | 'timeout' | 'session_limit' | 'no_role';

/** Metrics of the attribution of calls on the bill of AWS. */
export class AttributionMetrics {
  private readonly requests: Counter<'purpose' | 'result'>;
  private readonly untaggedCalls: Counter<'reason' | 'outcome'>;
  private sessions: () => number = () => 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'outcrop_attribution_sts_requests_total',
      help: 'Requests to STS for sessions of teams, by purpose (first, refresh) and result (ok, failed).',
      labelNames: ['purpose', 'result'],
      registers,
    });
    this.untaggedCalls = new Counter({
      name: 'outcrop_attribution_untagged_calls_total',
      help: 'Calls of teams without a session, by reason (sts_failed, timeout, session_limit, no_role) and outcome: called, with the credentials of the gateway; refused.',
      labelNames: ['reason', 'outcome'],
      registers,
    });
    const gauge: Gauge = new Gauge({
      name: 'outcrop_attribution_sessions',
      help: 'Sessions of teams for the attribution of calls on the bill of AWS.',
      registers,
      collect: () => gauge.set(this.sessions()),
    });
  }

  /** Sets the function that returns the number of sessions. */
  watchSessions(sessions: () => number): void {
    this.sessions = sessions;
  }

  requested(purpose: 'first' | 'refresh', result: 'ok' | 'failed'): void {
    this.requests.inc({ purpose, result });
  }

  untagged(reason: UntaggedReason, outcome: 'called' | 'refused'): void {
    this.untaggedCalls.inc({ reason, outcome });
  }
}
