import type { BedrockId } from '../names/bedrock-id.ts';
import { NEWEST_CLAUDE } from './claude-rules.ts';
import { RULES_BY_ID_START, UNKNOWN_FAMILY } from './family-rules.ts';
import type { Model, ModelRules } from '../types/model.ts';

/**
 * These ARNs do not say which model they stand for; it is most likely a Claude, and the newest rules are the
 * ones that never fail. `models.custom` with `like` says it exactly.
 */
const LIKELY_CLAUDE = ['application-inference-profile', 'provisioned-model'];

/** A card for an id or ARN that the table does not have: it is its own name, and its rules are a careful guess. */
export function unlistedModel(text: string, id: BedrockId): Model {
  return {
    name: text,
    displayName: text,
    provider: id.foundationId?.split('.')[0] ?? 'aws',
    id: text,
    aliases: [],
    prefixes: [],
    onDemand: true,
    rules: rulesOf(id),
    ...assumedOutput(id.foundationId),
    lifecycle: {},
  };
}

/** Ids of Anthropic's that the table lacks are newer than it, and no newer Claude has had a smaller maximum. */
export function assumedOutput(foundationId: string | undefined): Pick<Model, 'outputIsAssumed'> {
  return foundationId?.startsWith('anthropic.') ? {} : { outputIsAssumed: true };
}

/** Rules of the family that a foundation model id belongs to; undefined for vendors we know nothing of. */
export function familyRulesOf(foundationId: string): ModelRules | undefined {
  return RULES_BY_ID_START.find(([start]) => foundationId.startsWith(start))?.[1];
}

function rulesOf({ foundationId, resource }: BedrockId): ModelRules {
  if (foundationId !== undefined) return familyRulesOf(foundationId) ?? UNKNOWN_FAMILY;
  return resource !== undefined && LIKELY_CLAUDE.includes(resource) ? NEWEST_CLAUDE : UNKNOWN_FAMILY;
}
