import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DerivedFromConfig } from '../../config/derived.ts';
import { type BedrockConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { UntaggedReason } from '../../telemetry/metrics/attribution-metrics.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { AwsSessions, type SessionKey } from '../sessions/aws-sessions.ts';
import type { SigningIdentity } from '../sessions/signing-identity.ts';
import type { TeamCaller } from './attributed-caller.ts';
import { StsClient } from './sts-client.ts';
import type { TeamSession } from './team-session.ts';
import { TeamSessions } from './team-sessions.ts';

/** Seconds after which a refused client should try again. */
const UNATTRIBUTED_RETRY_SECONDS = 5;
/** Codes of failures that the role of a team can cause. */
const ROLE_FAILURES: ReadonlySet<string | null> = new Set(['model_access_denied', 'upstream_auth_error']);

/** Sessions with the settings that they were made from. */
interface MadeSessions {
  readonly settings: string;
  readonly sessions: TeamSessions;
}

/**
 * Chooses the AWS credentials of each call: those of a session of the caller's team, or those of the gateway. The bill of AWS
 * then shows the session and its tags.
 */
@Injectable()
export class CallAttribution implements OnApplicationShutdown {
  private readonly made: DerivedFromConfig<BedrockConfig, MadeSessions | undefined>;
  private readonly config: GatewayConfig;
  private readonly metrics: MetricsService['attribution'];
  private readonly aws: AwsSessions;

  constructor(config: GatewayConfig, aws: AwsSessions, { attribution }: MetricsService) {
    this.config = config;
    this.aws = aws;
    this.metrics = attribution;
    this.made = new DerivedFromConfig(
      () => config.bedrock,
      (bedrock, before) => this.make(bedrock, before),
    );
    attribution.watchSessions(() => this.made.current?.sessions.size ?? 0);
  }

  /**
   * Returns the identity for a call; undefined for the credentials of the gateway. A promise only if the first call of a team
   * waits for STS. Throws, or rejects with, GatewayError `attribution_unavailable` if the settings refuse untagged calls.
   */
  identityFor(
    target: SessionKey,
    context: RequestContext,
  ): SigningIdentity | undefined | Promise<SigningIdentity | undefined> {
    const sessions = this.made.current?.sessions;
    const { caller } = context;
    if (sessions === undefined || caller?.team === undefined) return undefined;
    const session = sessions.of(caller as TeamCaller, target.account);
    if (typeof session === 'string') return this.without(session, context);
    const now = Date.now();
    session.usedAt = now;
    const identity = session.identityIn(target.region, now);
    if (identity !== undefined) return identity;
    if (session.isPaused(now)) return this.without('sts_failed', context);
    if (!session.mayWait) {
      void session.requested('first');
      return this.without('sts_failed', context);
    }
    return this.firstIdentity(session, target, context);
  }

  /**
   * Returns the failure of a call with an identity of a team. The role of a team can cause it, so it does not apply to other
   * callers of the target.
   */
  failureOf(failure: unknown, identity: SigningIdentity, target: SessionKey, { caller }: RequestContext): unknown {
    if (!(failure instanceof GatewayError) || !ROLE_FAILURES.has(failure.code)) return failure;
    if (failure.code === 'upstream_auth_error' && caller?.team !== undefined) {
      const session = this.made.current?.sessions.of(caller as TeamCaller, target.account);
      if (typeof session === 'object') session.reject(identity);
    }
    return failure.with({ isOfCaller: true });
  }

  onApplicationShutdown(): void {
    this.made.current?.sessions.close();
  }

  private async firstIdentity(
    session: TeamSession,
    { region }: SessionKey,
    context: RequestContext,
  ): Promise<SigningIdentity | undefined> {
    const { firstUseTimeoutMs } = this.config.bedrock.attribution;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), firstUseTimeoutMs);
    });
    const ended = await Promise.race([session.requested('first'), timeout]);
    clearTimeout(timer);
    if (ended === 'timeout') session.mayWait = false;
    const now = Date.now();
    session.usedAt = now;
    const identity = session.identityIn(region, now);
    return identity ?? this.without(ended ?? 'sts_failed', context);
  }

  /** Counts a call without a session, or throws if the settings refuse it. */
  private without(reason: UntaggedReason, { report, caller }: RequestContext): undefined {
    const isRefused = this.config.bedrock.attribution.onFailure === 'refuse';
    this.metrics.untagged(reason, isRefused ? 'refused' : 'called');
    if (!isRefused) {
      report.untagged = reason;
      return undefined;
    }
    throw new GatewayError({
      code: 'attribution_unavailable',
      message: `The gateway has no AWS session for the team '${caller?.team?.name ?? ''}' now (${reason}), and its settings refuse calls that the bill of AWS cannot attribute. Try again later.`,
      retryAfter: UNATTRIBUTED_RETRY_SECONDS,
    });
  }

  /** Keeps the sessions if no setting that they depend on has changed. */
  private make(bedrock: BedrockConfig, before: MadeSessions | undefined): MadeSessions | undefined {
    const { attribution, accounts, accountId } = bedrock;
    const region = regionOf(bedrock);
    const settings = JSON.stringify([attribution, accounts, accountId, region]);
    if (before?.settings === settings) return before;
    before?.sessions.close();
    if (!attribution.enabled) return undefined;
    const sts = new StsClient(region, () => this.aws.of({ region }).client.config.credentials());
    return {
      settings,
      sessions: new TeamSessions({ bedrock, sts, metrics: this.metrics, now: () => Date.now() }),
    };
  }
}
