import type { Block, Conversation, Turn } from '../conversation.ts';
import { invalid } from '../refusal.ts';
import { wordsFor } from './wording.ts';
import type { Words } from './wording.ts';

/** Roles, empty parts, and which block may stand in whose turn. */
export function checkTurns(conversation: Conversation): void {
  const words = wordsFor(conversation);
  const { turns } = conversation;
  if (turns[0]?.role !== 'user') throw invalid(words.startsWithAssistant());
  for (const [index, turn] of turns.entries()) {
    if (turn.role === turns[index - 1]?.role) throw invalid(words.doesNotAlternate(index, turn.role));
    if (turn.blocks.length === 0) throw invalid(words.emptyContent(index));
    for (const [at, block] of turn.blocks.entries()) {
      if (block.kind === 'text') checkText(block.text, index, at, words);
      const [what, role] = HOME[block.kind] ?? ['', turn.role];
      if (role !== turn.role) throw invalid(words.wrongRole(index, at, what, role));
    }
  }
  checkToolPairs(conversation);
}

function checkText(text: string, turn: number, block: number, words: Words): void {
  if (text === '') throw invalid(words.emptyText(turn, block));
  if (text.trim() === '') throw invalid(words.blankText(turn, block));
}

const HOME: Partial<Record<Block['kind'], [string, Turn['role']]>> = {
  image: ['an image', 'user'],
  document: ['a document', 'user'],
  'tool-result': ['a tool result', 'user'],
  'tool-use': ['a tool use', 'assistant'],
  thinking: ['thinking', 'assistant'],
  redacted: ['redacted thinking', 'assistant'],
};

/** Every tool use is answered in the very next turn, and nothing else is. */
function checkToolPairs(conversation: Conversation): void {
  const words = wordsFor(conversation);
  const { turns } = conversation;
  for (const [index, turn] of turns.entries()) {
    const asked = toolUseIds(turns[index - 1]);
    const expected = new Set(asked);
    const answered = new Set<string>();
    for (const [at, block] of turn.blocks.entries()) {
      if (block.kind === 'tool-use' && !isObject(block.input)) throw invalid(words.inputNotObject(index, at));
      if (block.kind !== 'tool-result') continue;
      if (!expected.has(block.id) || answered.has(block.id)) throw invalid(words.unexpectedResult(index, at, block.id));
      answered.add(block.id);
    }
    const open = asked.filter((id) => !answered.has(id));
    if (open.length > 0) throw invalid(words.missingResults(index - 1, open.join(', ')));
  }
  const unanswered = toolUseIds(turns.at(-1));
  if (unanswered.length > 0) throw invalid(words.missingResults(turns.length - 1, unanswered.join(', ')));
}

function toolUseIds(turn: Turn | undefined): string[] {
  return (turn?.blocks ?? []).flatMap((block) => (block.kind === 'tool-use' ? [block.id] : []));
}

export function checkTools(conversation: Conversation): void {
  const words = wordsFor(conversation);
  for (const [index, tool] of conversation.tools.entries()) {
    if (!isObject(tool.schema) || tool.schema.type !== 'object') throw invalid(words.schemaNotObject(index));
  }
  const choice = conversation.toolChoice;
  if (choice?.type !== 'tool') return;
  const known = [...conversation.tools.map((tool) => tool.name), ...conversation.builtInTools];
  if (!known.includes(choice.name)) throw invalid(words.unknownChoice(choice.name));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
