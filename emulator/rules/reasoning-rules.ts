import type { OtherModelRules } from '../model.ts';
import { validationException } from '../aws-exception.ts';

/** Reasoning fields of all model families. Each family accepts only its own field. */
const REASONING_FIELDS = ['reasoningConfig', 'reasoning_config', 'reasoning_effort', 'reasoning'] as const;
const EFFORTS = ['low', 'medium', 'high'];
/** `minimal` is not supported (pi-ai's list of models, 2026-11-10). */
const GPT_EFFORTS = [...EFFORTS, 'xhigh'];

/**
 * Throws for a reasoning field that the family does not support, or for an invalid value. Sources: AI SDK for Nova 2,
 * bedrock-access-gateway for DeepSeek, pi-ai for OpenAI (2026-11).
 */
export function checkReasoning(fields: Record<string, unknown>, maxTokens: unknown, rules: OtherModelRules): void {
  for (const name of REASONING_FIELDS) {
    const value = fields[name];
    if (value === undefined) continue;
    if (name !== rules.reasoningField)
      throw validationException(`Malformed input request: extraneous key [${name}] is not permitted`);
    const { type, maxReasoningEffort, effort } = value as Record<string, unknown>;
    const asked = name === 'reasoningConfig' ? maxReasoningEffort : name === 'reasoning' ? effort : value;
    const isOff = name === 'reasoningConfig' && type === 'disabled';
    const efforts = name === 'reasoning' ? GPT_EFFORTS : EFFORTS;
    if (!isOff && !efforts.includes(asked as string))
      throw validationException(`Malformed input request: ${name} is invalid`);
    if (name === 'reasoningConfig' && asked === 'high' && maxTokens !== undefined) {
      throw validationException('maxTokens must be unset when maxReasoningEffort is high. Remove it and try again.');
    }
  }
}
