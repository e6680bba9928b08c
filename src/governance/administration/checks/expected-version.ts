import type { GovernanceRecord } from '../../documents/governance-record.ts';
import { versionConflict } from '../administration-errors.ts';

/** Versions that a client expects, from If-Match and If-None-Match. */
export interface ExpectedVersion {
  /** Version in If-Match; `any` for `*`. */
  readonly match?: number | 'any';
  /** True for `If-None-Match: *`: the object must not exist. */
  readonly absent?: boolean;
}

/** Throws GatewayError 412 unless the object has the version that the client expects. */
export function checkVersion(former: GovernanceRecord | undefined, { match, absent }: ExpectedVersion): void {
  if (absent === true && former !== undefined) {
    throw versionConflict(`The ${former.kind} '${former.name}' exists already.`);
  }
  if (match === undefined) return;
  if (former === undefined) throw versionConflict('The object does not exist. Send the request without If-Match.');
  if (match === 'any' || match === former.version) return;
  throw versionConflict(
    `The ${former.kind} '${former.name}' has the version ${former.version}. Read it again, and repeat the change.`,
  );
}
