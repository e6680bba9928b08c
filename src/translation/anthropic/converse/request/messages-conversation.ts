import { invalidType, notListed } from '../../../../limits/field-errors.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import {
  addInstruction,
  type Conversation,
  type SystemInstruction,
  withSystemPrompt,
} from '../../../history/system-prompt.ts';
import type { ConverseMessage } from '../../../../wire/converse.ts';
import type { MessagesRequest } from '../../types.ts';
import {
  type ContentReaderOptions,
  readAssistantContent,
  readSystem,
  readMessagesUserContent,
} from './messages-content.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';

/**
 * Reads system prompt and messages in order, without merging. `normalizeTurns` merges turns and makes their roles
 * alternate. Throws GatewayError 400 for invalid messages.
 */
export function readConversation(request: MessagesRequest, options: ContentReaderOptions): Conversation {
  const { system, messages, cache_control: automatic } = request;
  const { adjustments } = options;
  const instructions: SystemInstruction[] = [...readSystem(system ?? [], 'system')];
  const turns: ConverseMessage[] = [];
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (!isRecord(message)) throw invalidType(param, 'an object', message);
    const { role, content } = message;
    switch (role) {
      case 'system':
        if (turns.length === 0) adjustments.changed('messages.role', 'moved_to_system');
        addInstruction(readSystem(content, `${param}.content`), { instructions, turns }, adjustments);
        break;
      case 'user':
        turns.push({ role, content: readMessagesUserContent(content, options, `${param}.content`) });
        break;
      case 'assistant':
        turns.push({ role, content: readAssistantContent(content, options, `${param}.content`) });
        break;
      default:
        throw notListed(`${param}.role`, ['user', 'assistant', 'system'], role);
    }
  });
  // A top-level `cache_control` applies to the last block of the request.
  const point = cachePointOf(automatic);
  const last = turns.at(-1);
  const marked =
    point && last ? [...turns.slice(0, -1), { ...last, content: [...(last.content ?? []), point] }] : turns;
  return withSystemPrompt(instructions, marked, options.model.rules, adjustments);
}
