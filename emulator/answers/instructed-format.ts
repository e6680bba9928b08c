import type { Conversation } from '../conversation.ts';

const JSON_INSTRUCTION = /\bJSON\b[^.:\n]*\b(and nothing else|only)\b/i;
const SCHEMA = /\bJSON schema\b[^\n]*:\s*\n(?:```(?:json)?\s*\n)?(\{[^\n]*\})/i;
const ANY_OBJECT = { type: 'object', properties: { emulated: { type: 'boolean' } }, required: ['emulated'] };

/**
 * Returns the JSON schema that instructions require; undefined without such an instruction. Instructions are "JSON …
 * and nothing else" and "JSON schema:" with the schema on the next line, in the system prompt or the first turn.
 */
export function instructedFormat({ system, turns }: Conversation): unknown {
  const opening = turns[0]?.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])) ?? [];
  const instruction = [...system.map(({ text }) => text), ...opening].find((text) => JSON_INSTRUCTION.test(text));
  if (instruction === undefined) return undefined;
  const [, schema] = SCHEMA.exec(instruction) ?? [];
  if (schema === undefined) return ANY_OBJECT;
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    return ANY_OBJECT;
  }
}
