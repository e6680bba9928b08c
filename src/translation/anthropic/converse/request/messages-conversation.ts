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

/** Instructions and messages one by one, in order; merging and alternating is the business of `normalizeTurns`. */
export function readConversation(request: MessagesRequest, reading: ContentReaderOptions): Conversation {
  const { system, messages, cache_control: automatic } = request;
  const { adjustments } = reading;
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
        turns.push({ role, content: readMessagesUserContent(content, reading, `${param}.content`) });
        break;
      case 'assistant':
        turns.push({ role, content: readAssistantContent(content, reading, `${param}.content`) });
        break;
      default:
        throw notListed(`${param}.role`, ['user', 'assistant', 'system'], role);
    }
  });
  // At the top of a request it means the last block of it.
  const point = cachePointOf(automatic);
  const last = turns.at(-1);
  const marked =
    point && last ? [...turns.slice(0, -1), { ...last, content: [...(last.content ?? []), point] }] : turns;
  return withSystemPrompt(instructions, marked, reading.model.rules, adjustments);
}
