import type { Conversation } from '../conversation.ts';

const NAMED = /\bcall the tool "([^"]+)"/i;
const ANY = /\bcall (?:at least )?one of the tools\b/i;

/**
 * Returns the tool choice that the system prompt requires; undefined if there is none, or if no tool has that name.
 * Clients write such an instruction for models that reject a forced tool choice. Instructions are
 * `Call the tool "look_up" now.` and `Call at least one of the tools now.`
 */
export function instructedToolChoice({ system, tools }: Conversation): Conversation['toolChoice'] {
  const text = system.map((part) => part.text).join('\n');
  const name = NAMED.exec(text)?.[1];
  if (name !== undefined) return tools.some((tool) => tool.name === name) ? { type: 'tool', name } : undefined;
  return ANY.test(text) ? { type: 'any' } : undefined;
}
