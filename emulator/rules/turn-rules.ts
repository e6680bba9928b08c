import type { Block, Conversation, Turn } from '../conversation.ts';
import { validationException } from '../aws-exception.ts';
import { turnMessages } from './turn-messages.ts';
import type { TurnMessages } from './turn-messages.ts';

/** Checks roles, empty content, and which role each kind of block requires. */
export function checkTurns(conversation: Conversation): void {
  const messages = turnMessages(conversation);
  const { turns } = conversation;
  if (turns[0]?.role !== 'user') throw validationException(messages.startsWithAssistant());
  for (const [index, turn] of turns.entries()) {
    if (turn.role === turns[index - 1]?.role) throw validationException(messages.doesNotAlternate(index, turn.role));
    if (turn.blocks.length === 0) throw validationException(messages.emptyContent(index));
    for (const [at, block] of turn.blocks.entries()) {
      if (block.kind === 'text') checkText(block.text, index, at, messages);
      const [what, role] = ROLE_OF_BLOCK[block.kind] ?? ['', turn.role];
      if (role !== turn.role) throw validationException(messages.wrongRole(index, at, what, role));
    }
  }
  checkToolPairs(conversation);
}

function checkText(text: string, turn: number, block: number, messages: TurnMessages): void {
  if (text === '') throw validationException(messages.emptyText(turn, block));
  if (text.trim() === '') throw validationException(messages.blankText(turn, block));
}

const ROLE_OF_BLOCK: Partial<Record<Block['kind'], [string, Turn['role']]>> = {
  image: ['an image', 'user'],
  document: ['a document', 'user'],
  'tool-result': ['a tool result', 'user'],
  'tool-use': ['a tool use', 'assistant'],
  thinking: ['thinking', 'assistant'],
  redacted: ['redacted thinking', 'assistant'],
};

/** Checks that each tool use has exactly one result in the next turn, and that each result has a tool use. */
function checkToolPairs(conversation: Conversation): void {
  const messages = turnMessages(conversation);
  const { turns } = conversation;
  for (const [index, turn] of turns.entries()) {
    const asked = toolUseIds(turns[index - 1]);
    const expected = new Set(asked);
    const answered = new Set<string>();
    for (const [at, block] of turn.blocks.entries()) {
      if (block.kind === 'tool-use' && !isObject(block.input))
        throw validationException(messages.inputNotObject(index, at));
      if (block.kind !== 'tool-result') continue;
      if (!expected.has(block.id) || answered.has(block.id))
        throw validationException(messages.unexpectedResult(index, at, block.id));
      answered.add(block.id);
    }
    const open = asked.filter((id) => !answered.has(id));
    if (open.length > 0) throw validationException(messages.missingResults(index - 1, open.join(', ')));
  }
  const unanswered = toolUseIds(turns.at(-1));
  if (unanswered.length > 0)
    throw validationException(messages.missingResults(turns.length - 1, unanswered.join(', ')));
}

function toolUseIds(turn: Turn | undefined): string[] {
  return (turn?.blocks ?? []).flatMap((block) => (block.kind === 'tool-use' ? [block.id] : []));
}

export function checkTools(conversation: Conversation): void {
  const messages = turnMessages(conversation);
  for (const [index, tool] of conversation.tools.entries()) {
    if (!isObject(tool.schema) || tool.schema.type !== 'object')
      throw validationException(messages.schemaNotObject(index));
  }
  const choice = conversation.toolChoice;
  if (choice?.type !== 'tool') return;
  const known = [...conversation.tools.map((tool) => tool.name), ...conversation.builtInTools];
  if (!known.includes(choice.name)) throw validationException(messages.unknownChoice(choice.name));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
