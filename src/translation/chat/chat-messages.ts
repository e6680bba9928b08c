import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { Attachments } from '../attachments/attachments.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { addInstruction, type Conversation, type Instruction, withTopInstructions } from '../converse/instructions.ts';
import type { ToolNames } from '../converse/tool-names.ts';
import type { ConverseMessage } from '../converse/wire.ts';
import type { TranslationContext } from '../dialect.ts';
import { readAssistant } from './chat-assistant.ts';
import { readContent, readUserContent } from './chat-content.ts';
import { readFunctionMessage, readToolMessage } from './chat-tool-messages.ts';

/** What all messages of a request are read with. */
interface Reading {
  names: ToolNames;
  attachments: Attachments;
  context: TranslationContext;
  /** Instructions beside the messages, as Anthropic's requests have them. */
  system: readonly Instruction[];
}

/** Messages one by one, in order; merging and alternating is the business of `toTurns`. */
export function readMessages(
  messages: readonly ChatCompletionMessageParam[],
  { names, attachments, context, system }: Reading,
  adjustments: Adjustments,
): Conversation {
  const instructions: Instruction[] = [...system];
  const turns: ConverseMessage[] = [];
  const soFar = { instructions, turns };
  let functionCalls = 0;
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null) throw invalidType(param, 'an object', message);
    if (message.role === 'assistant' && message.function_call) functionCalls += 1;
    const functionCallId = `function_call_${functionCalls}`;
    switch (message.role) {
      case 'system':
      case 'developer':
        addInstruction(readContent(message.content, 'system', `${param}.content`, adjustments), soFar, adjustments);
        break;
      case 'user':
        turns.push({
          role: 'user',
          content: readUserContent(message.content, attachments, `${param}.content`, adjustments),
        });
        break;
      case 'assistant':
        turns.push({
          role: 'assistant',
          content: readAssistant(message, { names, functionCallId, context }, param, adjustments),
        });
        break;
      case 'tool':
        turns.push({ role: 'user', content: readToolMessage(message, { attachments, adjustments }, param) });
        break;
      case 'function':
        turns.push({
          role: 'user',
          content: readFunctionMessage(message, { functionCallId, attachments, adjustments }, param),
        });
        break;
      default:
        message satisfies never;
        throw badRequest('A role must be system, developer, user, assistant or tool.', `${param}.role`);
    }
    if (message.role !== 'function' && 'name' in message && message.name) adjustments.ignored('name');
  });
  return withTopInstructions(instructions, turns, context.model.rules, adjustments);
}
