import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { hintOf, supportsForcedChoice, type ToolChoiceOptions } from '../../../tools/tool-choice.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord } from '../../../../wire/json/json-fields.ts';

/**
 * Returns the body with a tool choice that the model accepts, by the same rules as on the other endpoints. If thinking
 * excludes a forced choice, thinking is disabled. If the model rejects forced choices, or cannot disable thinking, the
 * choice becomes `auto` and an instruction requires the call.
 */
export function withToolChoice(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const choice = asRecord(body['tool_choice']);
  const forced = forcedChoice(choice);
  const thinking = isThinking(body, rules) ? 'on' : 'off';
  if (forced === undefined || supportsForcedChoice(rules, thinking)) return body;
  if (rules.forcedToolChoice === 'without-thinking' && rules.thinking?.off === 'omit') {
    adjustments.changed('thinking', 'disabled_for_tool_choice');
    return withoutField(body, 'thinking');
  }
  adjustments.changed('tool_choice', 'auto_with_instruction');
  return {
    ...body,
    system: [...blocksOfSystem(body['system']), { type: 'text', text: hintOf(forced) }],
    // Other fields stay, so that the model rejects invalid ones.
    tool_choice: { ...withoutField(choice, 'name'), type: 'auto' },
  };
}

function forcedChoice({ type, name }: JsonObject): ToolChoiceOptions | undefined {
  if (type === 'any') return { kind: 'any' };
  return type === 'tool' && typeof name === 'string' ? { kind: 'named', name } : undefined;
}

function isThinking(body: JsonObject, { thinking }: ModelRules): boolean {
  const { type } = asRecord(body['thinking']);
  if (type === undefined) return thinking?.byDefault === true;
  return type !== 'disabled';
}

function blocksOfSystem(system: unknown): readonly unknown[] {
  if (typeof system === 'string') return system === '' ? [] : [{ type: 'text', text: system }];
  return Array.isArray(system) ? system : [];
}
