import type { Caller, CallerLimits } from '../../request/caller.ts';
import type { KeyDocument } from '../documents/key-document.ts';
import type { LimitsDocument } from '../documents/shared-documents.ts';
import { PRINCIPAL_ID } from '../documents/entity-kind.ts';
import { expiryOf } from '../key-expiry.ts';
import type { CallerRules } from './caller-rules.ts';
import type { KeyEntry } from './key-entry.ts';
import type { KeyRefusal, ResolvedKey, SecretLookup } from './resolved-key.ts';
import type { RulesCache } from './rules-cache.ts';

/** State of the snapshot that a resolution depends on. */
export interface ResolutionState {
  generation: number;
  rules: RulesCache;
  isInactive: boolean;
}

/** Resolves a key: its caller with all rules, and a lookup for each of its secrets. */
export function resolveSecrets(entry: KeyEntry, { generation, rules, isInactive }: ResolutionState): SecretLookup[] {
  const { document } = entry.record;
  const { team, application, owner, secrets, expires } = document;
  const principal = owner !== undefined && PRINCIPAL_ID.test(owner) ? owner : undefined;
  const callerRules = rules.rulesFor({
    ...(team !== undefined && { team }),
    ...(application !== undefined && { application }),
    ...(principal !== undefined && { principal }),
  });
  const refusal = isInactive ? 'inactive' : keyRefusal(document, callerRules);
  const { id, name, origin } = entry;
  const key: ResolvedKey = {
    id,
    name,
    origin,
    caller: callerOfKey(entry, document, callerRules, rules),
    rules: callerRules,
    ...(refusal && { refusal }),
    generation,
    usedOn: 0,
  };
  return secrets.map((secret, index) => ({
    digest: Buffer.from(entry.secretDigests[index]!, 'latin1'),
    expiresAt: Math.min(expiryOf(expires), expiryOf(secret.expires)),
    key,
  }));
}

function keyRefusal({ state }: KeyDocument, rules: CallerRules): KeyRefusal | undefined {
  return state === 'active' ? rules.refusal : state;
}

function callerOfKey({ id, name }: KeyEntry, document: KeyDocument, rules: CallerRules, cache: RulesCache): Caller {
  const { models, traceContent, metrics, limits } = document;
  const { access, team, application, principal, costCenter, attribution } = rules;
  return Object.freeze({
    name,
    id,
    models: models && (cache.share(models) as string[]),
    traceContent,
    metrics,
    ...(access && { access }),
    ...(limits && { limits: frozenLimits(limits) }),
    ...(team && { team }),
    ...(application && { application }),
    ...(principal !== undefined && { principal }),
    ...(costCenter !== undefined && { costCenter }),
    ...(attribution && { attribution }),
  });
}

function frozenLimits({ requestsPerMinute, tokensPerMinute, tokensPerDay, maxInFlight }: LimitsDocument): CallerLimits {
  return Object.freeze({
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
    ...(tokensPerDay !== undefined && { tokensPerDay }),
    ...(maxInFlight !== undefined && { maxInFlight }),
  });
}
