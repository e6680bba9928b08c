import type { Caller } from '../../request/caller.ts';
import type { GovernanceService } from '../governance.service.ts';
import type { VerifiedKey } from '../verified-key.ts';
import type { CallerRefusal } from './key-refusals.ts';

/** What the verification of a key needs of the governance. */
export type KeyGovernance = Pick<GovernanceService, 'snapshot' | 'isMissing' | 'isTooOld' | 'refusalNow' | 'recordUse'>;

/** The governance of a gateway whose keys are all in `auth`. */
export const NO_GOVERNANCE: KeyGovernance = {
  snapshot: undefined,
  isMissing: false,
  isTooOld: () => false,
  refusalNow: (refusal) => refusal,
  recordUse: () => undefined,
};

/** Returns the caller of a key of `auth` with the rules of its team. */
export function callerOfTeam(
  key: VerifiedKey,
  governance: KeyGovernance,
): { caller: Readonly<Caller> } | { rejected: CallerRefusal } {
  const { ofTeam, team } = key;
  if (ofTeam !== undefined && !ofTeam.rules.isStale) return ofTeam;
  const rules = governance.snapshot?.rulesFor({ ...(team !== undefined && { team }) });
  if (rules === undefined) return { rejected: 'unknown_team' };
  if (rules.refusal !== undefined) return { rejected: governance.refusalNow(rules.refusal) };
  const caller = Object.freeze({
    ...key.caller,
    ...(rules.access && { access: rules.access }),
    ...(rules.team && { team: rules.team }),
    ...(rules.costCenter !== undefined && { costCenter: rules.costCenter }),
    ...(rules.attribution && { attribution: rules.attribution }),
  });
  key.ofTeam = { rules, caller };
  return key.ofTeam;
}
