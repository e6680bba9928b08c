import type { ModelRules } from '../../models/model.ts';
import type { Adjustments } from './adjustments.ts';
import type { CachePoint } from './cache-control.ts';
import { isBlank } from './content.ts';
import type { ConverseMessage, SystemBlock } from './wire.ts';

export type Instruction = { text: string } | CachePoint;

export interface Conversation {
  /** Instructions from wherever they stood: Converse knows them at the top only. */
  system: SystemBlock[];
  messages: ConverseMessage[];
}

/** Puts the instructions of a conversation at its top; models without a system prompt get them as first words of the user. */
export function withTopInstructions(
  given: readonly Instruction[],
  turns: ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): Conversation {
  const instructions = given.filter((block) => !isBlank(block));
  const spoken = turns.some((turn) => turn.role === 'user' && !turn.content?.every(isBlank));
  if (rules.system || instructions.length === 0 || !spoken) return { system: instructions, messages: turns };
  adjustments.changed('system', 'user_message');
  return { system: [], messages: [{ role: 'user', content: instructions }, ...turns] };
}
