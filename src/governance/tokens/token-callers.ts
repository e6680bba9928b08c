import { Logger } from '@nestjs/common';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { Caller, ModelAccess } from '../../request/caller.ts';
import type { TokenMetrics } from '../../telemetry/metrics/token-metrics.ts';
import type { CallerRules } from '../snapshot/caller-rules.ts';
import { callerRefused } from '../callers/key-refusals.ts';
import { keyNamePattern } from '../../config/settings/api-key.ts';
import type { KeyGovernance } from '../callers/caller-of-team.ts';
import { fileObjectId } from '../documents/entity-kind.ts';
import { noMatchingTeam, otherTeam, principalDisabled, teamRequired } from './token-errors.ts';
import type { VerifiedToken } from './verified-token.ts';

const MAX_LOGGED_TEAMS = 1_000;

/** What `TokenCallers` works with. */
interface TokenCallersParts {
  governance: KeyGovernance;
  config: GatewayConfig;
  metrics: TokenMetrics;
}

/** A caller, with the rules from which it was made. */
interface MadeCaller {
  rules: CallerRules;
  caller: Readonly<Caller>;
}

/**
 * Makes the callers of verified tokens. A token keeps its caller until its team or principal changes. Without
 * `governance.files` and a database, no team can have rules, so each team of `auth.groups` exists.
 */
export class TokenCallers {
  private readonly logger = new Logger('tokens');
  private readonly parts: TokenCallersParts;
  /** By token and name of the team. */
  private readonly made = new WeakMap<VerifiedToken, Map<string, MadeCaller>>();
  private readonly loggedTeams = new Set<string>();

  constructor(parts: TokenCallersParts) {
    this.parts = parts;
  }

  /**
   * Returns the caller of a token. `chosenTeam` is the value of `x-outcrop-team`. Throws GatewayError: 403
   * `principal_disabled`, `no_matching_team`, `permission_denied` for another team, 400 `team_required`, 503
   * `governance_unavailable` while the teams of the database are not known or too old.
   */
  callerOf(token: VerifiedToken, chosenTeam: string | undefined): Readonly<Caller> {
    if (this.parts.governance.isTooOld(Date.now())) throw callerRefused('unavailable', '');
    const [first] = token.teams;
    const certain = token.teams.length === 1 && chosenTeam === undefined ? first : chosenTeam;
    const known = certain === undefined ? undefined : this.made.get(token)?.get(certain);
    if (known !== undefined && !known.rules.isStale) return known.caller;
    return this.create(token, this.teamOf(token, chosenTeam));
  }

  private create(token: VerifiedToken, team: string): Readonly<Caller> {
    const { snapshot } = this.parts.governance;
    const rules = this.definesTeams
      ? snapshot?.rulesFor({ team, principal: token.principalId })
      : this.teamWithoutRules(team);
    if (rules?.refusal === 'principal_disabled') throw principalDisabled(token.principalId);
    // The team exists: `teamOf` has checked it. Any other refusal must not become a caller with fewer rules.
    if (rules?.team === undefined || rules.refusal !== undefined) throw this.withoutTeam();
    const caller: Readonly<Caller> = Object.freeze({
      name: token.principalId,
      id: token.principalId,
      principal: token.principalId,
      team: rules.team,
      ...(rules.costCenter !== undefined && { costCenter: rules.costCenter }),
      ...(rules.attribution && { attribution: rules.attribution }),
      access: this.accessOf(rules.access, token.models),
      limits: snapshot?.principal(token.principalId)?.document.limits,
    });
    const callers = this.made.get(token) ?? new Map<string, MadeCaller>();
    callers.set(team, { rules, caller });
    this.made.set(token, callers);
    return caller;
  }

  private accessOf(access: ModelAccess | undefined, models: readonly string[] | undefined): ModelAccess | undefined {
    if (models === undefined) return access;
    const list = { owner: 'this token', models: this.parts.governance.snapshot?.shareModels(models) ?? models };
    return Object.freeze({ residency: [], ...access, lists: [...(access?.lists ?? []), list] });
  }

  private teamOf({ teams }: VerifiedToken, chosen: string | undefined): string {
    const existing = teams.filter((name) => this.exists(name));
    const [first] = existing;
    if (first === undefined) throw this.withoutTeam();
    if (chosen !== undefined) {
      if (!existing.includes(chosen)) throw otherTeam(chosen, existing);
      return chosen;
    }
    const { defaultTeam } = this.parts.config.auth;
    if (existing.length === 1) return first;
    if (defaultTeam !== undefined && existing.includes(defaultTeam)) return defaultTeam;
    throw teamRequired(existing);
  }

  /** Returns the error of a caller whose team is not known. It may be a team of a database that has not been read yet. */
  private withoutTeam(): Error {
    return this.parts.governance.isMissing ? callerRefused('unavailable', '') : noMatchingTeam();
  }

  private get definesTeams(): boolean {
    const { governance, database } = this.parts.config;
    return governance.files.length > 0 || database.url !== undefined;
  }

  /** Returns the rules of a team without a document. Its id is that of a document in a file. They end when teams are defined. */
  private teamWithoutRules(name: string): CallerRules {
    const definesTeams = (): boolean => this.definesTeams;
    return {
      team: Object.freeze({ id: fileObjectId('Team', name), name }),
      get isStale() {
        return definesTeams();
      },
    };
  }

  private exists(team: string): boolean {
    const { governance, metrics } = this.parts;
    if (!this.definesTeams) return keyNamePattern.test(team);
    if (governance.snapshot?.rulesFor({ team }).team !== undefined) return true;
    metrics.unknownTeam();
    if (this.loggedTeams.size < MAX_LOGGED_TEAMS && !this.loggedTeams.has(team)) {
      this.loggedTeams.add(team);
      this.logger.warn({
        event: 'unknown_team',
        team,
        msg: 'a rule of auth.groups leads to a team that does not exist',
      });
    }
    return false;
  }
}
