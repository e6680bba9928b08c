import type { Case, Fault, Outcome } from './case.ts';

/** Retries of the gateways under test, by stage (`stages.ts` configures them). */
export const MAX_RETRIES = { usual: 2, impatient: 1, none: 0 } as const;
/** The usage that the emulator reports for an answer; far from what it would count. */
export const TOKENS = { input: 11, output: 23 } as const;

/** Bedrock reports usage at the end; the usage of an interrupted answer is estimated from its events. */
export const ESTIMATED = 'tokens estimated';
/** Follows the tokens of an answer if others of the request are estimated. */
export const MORE_ESTIMATED = ' and estimated ones';
const SOME_TEXT = 'the beginning of the text';

/** The gateway's reaction to a failure before the first byte. */
interface Rule {
  /** HTTP status of the response. */
  status: number;
  /** True if the gateway retries at the same target. */
  again: boolean;
  /** True if the gateway calls the next target, if there is one. */
  elsewhere: boolean;
  /** The retry advice to the client. */
  advice?: 'later' | 'never';
}

/** Rule table: one row for each code of an upstream failure. */
export const RULES: Readonly<Record<string, Rule>> = {
  rate_limit_exceeded: { status: 429, again: true, elsewhere: true, advice: 'later' },
  insufficient_quota: { status: 429, again: false, elsewhere: true, advice: 'never' },
  service_unavailable: { status: 503, again: true, elsewhere: true, advice: 'later' },
  model_not_ready: { status: 503, again: true, elsewhere: true, advice: 'later' },
  model_timeout: { status: 504, again: true, elsewhere: true },
  timeout: { status: 504, again: true, elsewhere: true },
  model_error: { status: 502, again: true, elsewhere: true },
  internal_server_error: { status: 500, again: true, elsewhere: true },
  upstream_error: { status: 502, again: true, elsewhere: true },
  upstream_connection_error: { status: 502, again: true, elsewhere: true },
  upstream_stream_incomplete: { status: 502, again: true, elsewhere: true },
  upstream_stream_corrupt: { status: 502, again: true, elsewhere: true },
  upstream_invalid_answer: { status: 502, again: true, elsewhere: true },
  upstream_answer_too_large: { status: 502, again: false, elsewhere: false },
  upstream_auth_error: { status: 500, again: false, elsewhere: true },
  model_access_denied: { status: 403, again: false, elsewhere: true },
  model_not_found: { status: 404, again: false, elsewhere: true },
  conflict: { status: 409, again: false, elsewhere: false },
  upstream_rejected: { status: 400, again: false, elsewhere: false },
  invalid_request_error: { status: 400, again: false, elsewhere: false },
  context_length_exceeded: { status: 400, again: false, elsewhere: false },
};

const WITHOUT_RETRIES: ReadonlySet<Fault['stage']> = new Set(['keep-alive', 'hurried']);

export function retriesOf(stage: Fault['stage']): number {
  if (WITHOUT_RETRIES.has(stage)) return MAX_RETRIES.none;
  return stage === 'impatient' ? MAX_RETRIES.impatient : MAX_RETRIES.usual;
}

/** Returns the expected outcome. */
export function expected(one: Case): Outcome {
  const { fault, targets } = one;
  const { ends } = fault;
  if ('whole' in ends) return { client: wholeBy(1, fault), calls: callCounts(1, 0), metered: wholeMetered(0) };
  if ('left' in ends) return left(one);
  const rule = RULES[ends.code];
  if (rule === undefined) throw new Error(`rules.ts has no row for ${ends.code}`);
  if (fault.when === 'after text') return broken(ends.code, SOME_TEXT);
  if (targets === 2 && rule.elsewhere) {
    return {
      client: wholeBy(2, fault),
      calls: callCounts(reaches(fault) ? 1 : 0, 1),
      metered: `${wholeMetered(0)}${isBilled(one) ? MORE_ESTIMATED : ''}, failover from target 1 after ${ends.code}`,
    };
  }
  if (fault.passes !== undefined) {
    return { client: wholeBy(1, fault), calls: callCounts(1 + fault.passes, 0), metered: wholeMetered(fault.passes) };
  }
  if (fault.bridged) return broken(ends.code, 'keep-alives');
  const retries = rule.again ? retriesOf(fault.stage) : 0;
  return {
    client: `${rule.status} ${ends.code}${adviceOf(rule)}`,
    calls: callCounts(reaches(fault) ? 1 + retries : 0, 0),
    metered: logLineText(rule.status, ends.code, retries, isBilled(one) ? ESTIMATED : 'no tokens'),
  };
}

/**
 * Returns true if Bedrock bills the failed call: it has accepted the stream, or it completes a plain answer for which the
 * gateway did not wait.
 */
function isBilled({ fault: { when, ends, client }, form }: Case): boolean {
  if (when === 'before text') return true;
  const isLeft = ('code' in ends && ends.code === 'timeout') || client === 'disconnects before the answer';
  return form === 'plain' && when === 'before the first byte' && isLeft;
}

function wholeBy(target: 1 | 2, { bridged }: Fault): string {
  return `200, ${bridged ? 'keep-alives, ' : ''}complete text, from target ${target}`;
}

/** Returns the outcome for a started answer: an error frame ends it, without retry or failover. */
function broken(code: string, before: typeof SOME_TEXT | 'keep-alives'): Outcome {
  const hasText = before === SOME_TEXT;
  return {
    client: `200, ${before}, error frame ${code}, no [DONE]`,
    calls: callCounts(1, 0),
    metered: logLineText(200, code, 0, hasText ? ESTIMATED : 'no tokens'),
  };
}

function left(one: Case): Outcome {
  const { client } = one.fault;
  const begun = client === 'disconnects in mid-text';
  const waits = client === 'disconnects between two attempts';
  return {
    client: begun ? 'disconnected after the beginning of the text' : 'disconnected without an answer',
    calls: waits ? callCounts(1, 0) : `${callCounts(1, 0)}, cancelled`,
    metered: `${logLineText(begun ? 200 : 499, undefined, waits ? 1 : 0, begun || isBilled(one) ? ESTIMATED : 'no tokens')}, aborted`,
  };
}

/** Stages without an emulator behind the first target, which therefore has no call count. */
const NO_EMULATOR: ReadonlySet<Fault['stage']> = new Set([
  'refused',
  'nameless',
  'mute',
  'self-signed',
  'not TLS',
  'no credentials',
]);

export function reaches({ stage }: Fault): boolean {
  return !NO_EMULATOR.has(stage);
}

function adviceOf({ advice }: Rule): string {
  if (advice === undefined) return '';
  return advice === 'later' ? ', retry-after' : ', x-should-retry: false';
}

export function callCounts(first: number, second: number): string {
  return second === 0 ? `calls: ${first}` : `calls: ${first} + ${second}`;
}

function wholeMetered(retries: number): string {
  return logLineText(200, undefined, retries, `${TOKENS.input} + ${TOKENS.output} tokens`);
}

/** Returns the access log line as text; the counters of /metrics must agree with it. */
export function logLineText(status: number, code: string | undefined, retries: number, tokens: string): string {
  const tried = retries === 0 ? '' : `, ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  return `logged ${status}${code === undefined ? '' : ` ${code}`}${tried}, ${tokens}`;
}
