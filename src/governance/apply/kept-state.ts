import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { KeyDocument } from '../documents/key-document.ts';
import type { AppliedDocument } from './apply-request.ts';

/** States from the widest to the narrowest. */
const KEY_STATES: readonly KeyDocument['state'][] = ['active', 'disabled', 'revoked'];

/** A key whose state an administrator has set by the API, and whose file has another state. */
export interface OverriddenKey {
  readonly record: GovernanceRecord<'Key'>;
  /** State in the file. */
  readonly fileState: KeyDocument['state'];
}

/**
 * Returns an applied key with the state that an administrator has set by the API; undefined if its file has this state or a
 * narrower one. An apply never enables a key that was stopped in an emergency.
 */
export function withKeptState(
  applied: AppliedDocument,
  former: GovernanceRecord | undefined,
): AppliedDocument | undefined {
  const { record, managedBy } = applied;
  if (former?.kind !== 'Key' || record.kind !== 'Key' || managedBy === undefined) return undefined;
  if (former.managedBy?.appliedState === undefined) return undefined;
  const { state } = former.document;
  const appliedState = record.document.state;
  if (KEY_STATES.indexOf(appliedState) >= KEY_STATES.indexOf(state)) return undefined;
  const kept = { ...record, document: Object.assign({}, record.document, { state }) };
  return { ...applied, record: kept, managedBy: { ...managedBy, appliedState } };
}
