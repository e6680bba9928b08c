import { Logger } from '@nestjs/common';
import { arnLocationOf } from '../../config/configured-locations.ts';
import type { BedrockConfig } from '../../config/gateway-config.ts';
import type { TeamAttribution } from '../../request/caller.ts';
import type { Account } from '../account/account.ts';
import type { NamedModel } from './model-names.ts';
import { placeTarget, targetForId } from './targets.ts';
import { parseBedrockId } from '../names/bedrock-id.ts';
import type { Target } from '../types/model.ts';

type Profiles = NonNullable<TeamAttribution['profiles']>;

/** The targets with profiles of one team, by the list that they replace and the id of the profile. */
type ReplacedLists = WeakMap<readonly Target[], Map<string, readonly Target[]>>;

/** Replaces the inference profiles of targets by those of a team, which AWS bills with their tags. */
export class TeamProfiles {
  private readonly logger = new Logger('TeamProfiles');
  /** Names in `bedrock.accounts` by AWS account id. */
  private readonly accountNames: ReadonlyMap<string | undefined, string>;
  private readonly account: Account | undefined;
  private readonly replaced = new WeakMap<Profiles, ReplacedLists>();
  private readonly reported = new Set<string>();

  /** `account`: models and profiles of the gateway's account, if the discovery has found them. */
  constructor({ accounts }: Pick<BedrockConfig, 'accounts'>, account?: Account) {
    this.accountNames = new Map(accounts.map(({ name, roleArn }) => [arnLocationOf(roleArn)?.account, name]));
    this.account = account;
  }

  /**
   * Returns the targets with the profile that the team has for the model; the same list without one. Only targets in the
   * region and account of its ARN get it. If there are none, the profile is the only target.
   */
  applied(profiles: Profiles | undefined, model: NamedModel, targets: readonly Target[]): readonly Target[] {
    const id = profiles === undefined ? undefined : profileFor(profiles, model);
    if (profiles === undefined || id === undefined || !this.isOf(model, id)) return targets;
    let lists = this.replaced.get(profiles);
    if (lists === undefined) this.replaced.set(profiles, (lists = new WeakMap()));
    let byId = lists.get(targets);
    if (byId === undefined) lists.set(targets, (byId = new Map<string, readonly Target[]>()));
    let list = byId.get(id);
    if (list === undefined) byId.set(id, (list = this.replace(targets, id)));
    return list;
  }

  private replace(targets: readonly Target[], id: string): readonly Target[] {
    const location = arnLocationOf(id);
    const profile = this.account?.profiles.get(id)?.profile;
    const account = location === undefined ? undefined : this.accountNames.get(location.account);
    const isInPlace = (target: Target): boolean =>
      location === undefined || (target.region === location.region && target.account === account);
    if (location !== undefined && !targets.some(isInPlace)) {
      return [placeTarget(targetForId(location.region, id, profile), { ...(account !== undefined && { account }) })];
    }
    const replaced = targets.map((target) =>
      isInPlace(target) ? placeTarget(targetForId(target.region, id, profile), target) : target,
    );
    // Several profiles of one place become one.
    return replaced.filter((target, at) => replaced.findIndex((other) => other.id === target.id) === at);
  }

  /** Returns false for a profile that is known to be of another model, which the caller may not be allowed to use. */
  private isOf({ card }: NamedModel, id: string): boolean {
    const foundationId = this.account?.profiles.get(id)?.foundationId ?? parseBedrockId(id)?.foundationId;
    if (foundationId === undefined || foundationId === card.id) return true;
    if (!this.reported.has(id)) {
      this.reported.add(id);
      const msg = 'aws.profileOverrides of a team names a profile of another model, which is not called';
      this.logger.warn({ event: 'team_profile_of_other_model', msg, model: card.name, profile: id, of: foundationId });
    }
    return false;
  }
}

/** Returns the profile of a team for a model. An id or ARN is called as it is, unless the team has a profile for it. */
function profileFor(profiles: Profiles, { name, card, isId }: NamedModel): string | undefined {
  const names = isId ? [name] : [name, card.name, ...card.aliases];
  const known = names.find((each) => Object.hasOwn(profiles, each));
  return known === undefined ? undefined : profiles[known];
}
