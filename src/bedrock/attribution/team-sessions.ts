import { Logger } from '@nestjs/common';
import { arnLocationOf } from '../../config/configured-locations.ts';
import type { BedrockConfig } from '../../config/gateway-config.ts';
import type { AttributionMetrics } from '../../telemetry/metrics/attribution-metrics.ts';
import { describeStsFailure } from './sts-failure.ts';
import type { RoleSession, StsClient } from './sts-client.ts';
import { sessionKeyOf, sessionNameOf, sessionTagsOf, type TeamCaller } from './attributed-caller.ts';
import { TeamSession } from './team-session.ts';

/** Milliseconds between two searches for sessions to refresh. */
const SEARCH_INTERVAL_MS = 1_000;
/** Milliseconds without a call after which a session may end for the sake of another one. */
const MIN_IDLE_MS = 60_000;
/** Milliseconds between two warnings about failures of STS. */
const FAILURE_WARNING_MS = 10_000;

/** What the sessions need from outside. */
export interface TeamSessionsSources {
  readonly bedrock: BedrockConfig;
  readonly sts: Pick<StsClient, 'assumeRole'>;
  readonly metrics: AttributionMetrics;
  readonly now: () => number;
}

/** A role that the gateway can assume for calls in one account. */
interface AccountRole {
  readonly roleArn: string;
  readonly externalId?: string;
}

/** The sessions of teams, in bounded number. Refreshes those in use before they expire, without a waiting call. */
export class TeamSessions {
  private readonly logger = new Logger('Attribution');
  private readonly sources: TeamSessionsSources;
  private readonly sessions = new Map<string, TeamSession>();
  private readonly paths = new Map<string, string>();
  /** Time before which no session can end for another one. */
  private nextEvictionAt = 0;
  private nextWarningAt = 0;
  private failuresSinceWarning = 0;
  private timer?: NodeJS.Timeout;

  constructor(sources: TeamSessionsSources) {
    this.sources = sources;
  }

  get size(): number {
    return this.sessions.size;
  }

  /**
   * Returns the session of a caller in an account, creating it if needed. Returns the reason if there is none:
   * `session_limit`, or `no_role` if no role is configured for the account.
   */
  of(caller: TeamCaller, account: string | undefined): TeamSession | 'session_limit' | 'no_role' {
    const { tags } = this.sources.bedrock.attribution;
    const key = sessionKeyOf(caller, account, tags);
    const known = this.sessions.get(key);
    if (known !== undefined) return known;
    const role = this.roleFor(caller, account);
    if (role === undefined) return 'no_role';
    if (!this.hasPlace()) return 'session_limit';
    const created = this.create(caller, role);
    this.sessions.set(key, created);
    this.timer ??= setInterval(() => this.refresh(), SEARCH_INTERVAL_MS).unref();
    return created;
  }

  /** Starts the refreshes of the sessions in use that need one, and removes the expired ones. */
  refresh(): void {
    const now = this.sources.now();
    for (const [key, session] of this.sessions) {
      if (session.needsRefresh(now)) void session.requested('refresh');
      else if (session.hasEnded(now)) this.sessions.delete(key);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.sessions.clear();
  }

  /** Returns the role of the account. The role of a team replaces it if it is in the same AWS account. */
  private roleFor({ attribution }: TeamCaller, account: string | undefined): AccountRole | undefined {
    const { bedrock } = this.sources;
    const configured: Partial<AccountRole> | undefined =
      account === undefined ? bedrock.attribution : bedrock.accounts.find(({ name }) => name === account);
    const ofTeam = attribution?.roleArn;
    const accountId = accountOf(configured?.roleArn) ?? (account === undefined ? bedrock.accountId : undefined);
    const roleArn = ofTeam !== undefined && accountOf(ofTeam) === accountId ? ofTeam : configured?.roleArn;
    const externalId = configured?.externalId;
    return roleArn === undefined ? undefined : { roleArn, ...(externalId !== undefined && { externalId }) };
  }

  /** Returns true if one more session may exist. The longest unused one may end for it. */
  private hasPlace(): boolean {
    if (this.sessions.size < this.sources.bedrock.attribution.maxSessions) return true;
    const now = this.sources.now();
    if (now < this.nextEvictionAt) return false;
    let oldest: [key: string, session: TeamSession] | undefined;
    for (const entry of this.sessions) {
      if (oldest === undefined || entry[1].usedAt < oldest[1].usedAt) oldest = entry;
    }
    if (oldest === undefined) return true;
    const [key, { usedAt }] = oldest;
    if (now - usedAt < MIN_IDLE_MS) {
      this.nextEvictionAt = Math.min(usedAt + MIN_IDLE_MS, now + SEARCH_INTERVAL_MS);
      return false;
    }
    this.sessions.delete(key);
    return true;
  }

  private create(caller: TeamCaller, role: AccountRole): TeamSession {
    const { sts, now, bedrock } = this.sources;
    const { tags, sessionSeconds } = bedrock.attribution;
    const session: RoleSession = {
      roleArn: role.roleArn,
      externalId: role.externalId,
      sessionName: sessionNameOf(caller, tags),
      seconds: sessionSeconds,
      tags: sessionTagsOf(caller, tags),
    };
    return new TeamSession({
      assumeRole: () => sts.assumeRole(session),
      paths: this.paths,
      now,
      ended: (failure, purpose) => this.requestEnded(session, failure, purpose),
    });
  }

  private requestEnded(session: RoleSession, failure: Error | undefined, purpose: 'first' | 'refresh'): void {
    const { metrics, now } = this.sources;
    metrics.requested(purpose, failure === undefined ? 'ok' : 'failed');
    if (failure === undefined) return;
    this.failuresSinceWarning += 1;
    if (now() < this.nextWarningAt) return;
    this.logger.warn({
      event: 'attribution_session_failed',
      msg: `the session of a team could not be ${purpose === 'first' ? 'created' : 'refreshed'} at STS`,
      role: session.roleArn,
      session: session.sessionName,
      reason: describeStsFailure(failure),
      failures: this.failuresSinceWarning,
    });
    this.failuresSinceWarning = 0;
    this.nextWarningAt = now() + FAILURE_WARNING_MS;
  }
}

function accountOf(roleArn: string | undefined): string | undefined {
  return roleArn === undefined ? undefined : arnLocationOf(roleArn)?.account;
}
