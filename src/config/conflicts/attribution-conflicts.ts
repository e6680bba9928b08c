import type { GatewayConfig } from '../gateway-config.ts';
import type { Problem } from '../settings/config-error.ts';

/** Beginning of keys that AWS reserves, in any case (IAM user guide, 2026-11). */
const RESERVED = /^aws:/i;
/**
 * Transitive tags of EKS Pod Identity. A session of a role chain inherits them, and AWS rejects a session tag with the key
 * of an inherited one (EKS user guide, 2026-11).
 */
const POD_IDENTITY_KEYS: readonly string[] = [
  'eks-cluster-arn',
  'eks-cluster-name',
  'kubernetes-namespace',
  'kubernetes-service-account',
  'kubernetes-pod-name',
  'kubernetes-pod-uid',
];

/** Returns the problems of `bedrock.attribution` that the validators of single settings cannot detect. */
export function attributionConflicts({ bedrock }: GatewayConfig): Problem[] {
  const { enabled, roleArn, onFailure, tags } = bedrock.attribution;
  const problems: Problem[] = [];
  const path = 'bedrock.attribution';
  if (enabled && roleArn === undefined && bedrock.accounts.length === 0) {
    problems.push({ path: `${path}.roleArn`, message: 'must be set, because bedrock.accounts has no roles either' });
  } else if (enabled && roleArn === undefined && onFailure === 'refuse') {
    const message =
      'must be set for onFailure: refuse, because calls in the account of the gateway would all be refused';
    problems.push({ path: `${path}.roleArn`, message });
  }
  const keys = Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [index, [name, key]] of keys.entries()) {
    const at = `${path}.tags.${name}`;
    const same = keys.slice(0, index).find(([, other]) => other.toLowerCase() === key.toLowerCase());
    if (RESERVED.test(key)) problems.push({ path: at, message: 'must not begin with aws:, which AWS reserves' });
    if (POD_IDENTITY_KEYS.includes(key.toLowerCase())) {
      problems.push({ path: at, message: 'must not be the key of a tag of EKS Pod Identity' });
    }
    if (same !== undefined) {
      problems.push({ path: at, message: `must differ from ${path}.tags.${same[0]}, also in more than case` });
    }
  }
  return problems;
}
