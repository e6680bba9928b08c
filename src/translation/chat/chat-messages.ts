import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { ModelRules } from '../../models/model.ts';
import type { Attachments } from '../attachments/attachments.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import type { CachePoint } from '../converse/cache-control.ts';
import { isBlank, textBlock } from '../converse/content.ts';
import type { ContentBlock, ConverseMessage, SystemBlock } from '../converse/wire.ts';
import { readContent, readUserContent } from './chat-content.ts';

export interface Conversation {
  /** Instructions from wherever they stood: Converse knows them at the top only. */
  system: SystemBlock[];
  messages: ConverseMessage[];
}

type Instruction = { text: string } | CachePoint;

/** Messages one by one, in order; merging and alternating is the business of `toTurns`. */
export function readMessages(
  messages: readonly ChatCompletionMessageParam[],
  rules: ModelRules,
  attachments: Attachments,
  adjustments: Adjustments,
): Conversation {
  const instructions: Instruction[] = [];
  const turns: ConverseMessage[] = [];
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null) throw badRequest('A message must be an object.', param);
    switch (message.role) {
      case 'system':
      case 'developer':
        instructions.push(...readContent(message.content, 'system', `${param}.content`, adjustments));
        break;
      case 'user':
        turns.push({
          role: 'user',
          content: readUserContent(message.content, attachments, `${param}.content`, adjustments),
        });
        break;
      case 'assistant':
        turns.push({ role: 'assistant', content: readAssistant(message, param, adjustments) });
        break;
      case 'tool':
      case 'function':
        throw badRequest('Results of tools are not supported yet.', `${param}.role`);
      default:
        message satisfies never;
        throw badRequest('A role must be system, developer, user, assistant or tool.', `${param}.role`);
    }
    if ('name' in message && message.name) adjustments.ignored('name');
  });
  return place(
    instructions.filter((block) => !isBlank(block)),
    turns,
    rules,
    adjustments,
  );
}

/** Models without a system prompt get the instructions as the first words of the user. */
function place(
  instructions: Instruction[],
  turns: ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): Conversation {
  const spoken = turns.some((turn) => turn.role === 'user' && !turn.content?.every(isBlank));
  if (rules.system || instructions.length === 0 || !spoken) return { system: instructions, messages: turns };
  adjustments.changed('system', 'user_message');
  return { system: [], messages: [{ role: 'user', content: instructions }, ...turns] };
}

function readAssistant(
  message: ChatCompletionAssistantMessageParam,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (message.tool_calls?.length) throw badRequest('Calls of tools are not supported yet.', `${param}.tool_calls`);
  if (message.function_call) throw badRequest('Calls of functions are not supported yet.', `${param}.function_call`);
  if (message.audio) throw badRequest('Audio is not supported.', `${param}.audio`);
  // Claude takes thoughts back only with their signature; outside of tool use it answers as well without them.
  if ('reasoning_content' in message && message.reasoning_content) adjustments.ignored('reasoning_content');
  const content = message.content ?? null;
  const blocks: ContentBlock[] =
    content === null ? [] : readContent(content, 'assistant', `${param}.content`, adjustments);
  return message.refusal ? [...blocks, textBlock(message.refusal)] : blocks;
}
