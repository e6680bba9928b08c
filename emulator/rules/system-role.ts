import type { ClaudeRules } from '../model.ts';
import type { MessagesJson } from './messages-json.ts';

/**
 * Returns the error for a misplaced system message; undefined if there is none. A system message must follow a user
 * turn and be the last message or precede an assistant turn (Anthropic, mid-conversation system messages).
 */
export function systemRoleProblem({ messages }: MessagesJson, rules: ClaudeRules): string | undefined {
  const index = messages.findIndex(({ role }) => role === 'system');
  if (index < 0) return undefined;
  if (!rules.systemRole) return `messages.${index}.role: Input should be 'user' or 'assistant'`;
  const misplaced = messages.findIndex(
    ({ role }, at) =>
      role === 'system' &&
      (messages[at - 1]?.role !== 'user' || (at + 1 < messages.length && messages[at + 1]?.role !== 'assistant')),
  );
  return misplaced < 0
    ? undefined
    : `messages.${misplaced}: a system message must follow a user message and be last or followed by an assistant message`;
}
