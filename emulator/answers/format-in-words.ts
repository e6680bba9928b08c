import type { Conversation } from '../conversation.ts';

const ASKED = /\bJSON\b[^.:\n]*\b(and nothing else|only)\b/i;
const SCHEMA = /\bJSON schema\b[^\n]*:\s*\n(?:```(?:json)?\s*\n)?(\{[^\n]*\})/i;
const ANY_OBJECT = { type: 'object', properties: { emulated: { type: 'boolean' } }, required: ['emulated'] };

/**
 * The JSON schema that instructions ask for ("JSON … and nothing else", "JSON schema:" and the schema on a line of
 * its own), in the system prompt or in the first words of the user; undefined where they ask for none.
 */
export function formatInWords({ system, turns }: Conversation): unknown {
  const opening = turns[0]?.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])) ?? [];
  const words = [...system.map(({ text }) => text), ...opening].find((text) => ASKED.test(text));
  if (words === undefined) return undefined;
  const [, schema] = SCHEMA.exec(words) ?? [];
  if (schema === undefined) return ANY_OBJECT;
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    return ANY_OBJECT;
  }
}
