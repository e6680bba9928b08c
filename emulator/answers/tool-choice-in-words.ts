import type { Conversation } from '../conversation.ts';

const NAMED = /\bcall the tool "([^"]+)"/i;
const ANY = /\bcall (?:at least )?one of the tools\b/i;

/**
 * Returns the tool choice that the system prompt asks for: `Call the tool "look_up" now.` or `Call at least one of the
 * tools now.` Undefined where it asks for none, and where no tool has that name. Clients write it where a model refuses
 * a forced choice.
 */
export function toolChoiceInWords({ system, tools }: Conversation): Conversation['toolChoice'] {
  const text = system.map((part) => part.text).join('\n');
  const name = NAMED.exec(text)?.[1];
  if (name !== undefined) return tools.some((tool) => tool.name === name) ? { type: 'tool', name } : undefined;
  return ANY.test(text) ? { type: 'any' } : undefined;
}
