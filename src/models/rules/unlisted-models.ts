import type { BedrockId } from '../names/bedrock-id.ts';
import { NEWEST_CLAUDE } from './claude-rules.ts';
import { RULES_BY_ID_START, UNKNOWN_FAMILY } from './family-rules.ts';
import type { Model, ModelRules } from '../types/model.ts';

/**
 * Resource types of ARNs that do not name their model. The model is most likely a Claude, so it gets the rules of the
 * newest Claude, which are the strictest. `models.custom` sets the model explicitly.
 */
const LIKELY_CLAUDE = ['application-inference-profile', 'provisioned-model'];

/**
 * Returns a model for an id or ARN that the table lacks. Its name is the id, its rules are those of its family, or the
 * strictest ones.
 */
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

/**
 * Returns the flag for models whose maximum output is not verified. Unlisted Claude models do not have it: they are
 * newer than the table, and no newer Claude has had a smaller maximum.
 */
export function assumedOutput(foundationId: string | undefined): Pick<Model, 'outputIsAssumed'> {
  return foundationId?.startsWith('anthropic.') ? {} : { outputIsAssumed: true };
}

/** Returns the rules of the family that a foundation model id belongs to; undefined for unknown vendors. */
export function familyRulesOf(foundationId: string): ModelRules | undefined {
  return RULES_BY_ID_START.find(([start]) => foundationId.startsWith(start))?.[1];
}

function rulesOf({ foundationId, resource }: BedrockId): ModelRules {
  if (foundationId !== undefined) return familyRulesOf(foundationId) ?? UNKNOWN_FAMILY;
  return resource !== undefined && LIKELY_CLAUDE.includes(resource) ? NEWEST_CLAUDE : UNKNOWN_FAMILY;
}
