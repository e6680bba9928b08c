import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { ModelRules } from '../../models/model.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { isBlank, textBlock } from '../converse/content.ts';
import type { ContentBlock, ConverseMessage, SystemBlock } from '../converse/wire.ts';
import type { ToolNames } from '../converse/tool-names.ts';
import { readContent } from './chat-content.ts';
import { readCalls, readFunctionMessage, readToolMessage } from './chat-tool-messages.ts';

export interface Conversation {
  /** Instructions from wherever they stood: Converse knows them at the top only. */
  system: SystemBlock[];
  messages: ConverseMessage[];
}

/** Messages one by one, in order; merging and alternating is the business of `toTurns`. */
export function readMessages(
  messages: readonly ChatCompletionMessageParam[],
  names: ToolNames,
  rules: ModelRules,
  adjustments: Adjustments,
): Conversation {
  const instructions: { text: string }[] = [];
  const turns: ConverseMessage[] = [];
  let functionCalls = 0;
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null) throw badRequest('A message must be an object.', param);
    if (message.role === 'assistant' && message.function_call) functionCalls += 1;
    const functionCallId = `function_call_${functionCalls}`;
    switch (message.role) {
      case 'system':
      case 'developer':
        instructions.push(...readContent(message.content, 'system', `${param}.content`));
        break;
      case 'user':
        turns.push({ role: 'user', content: readContent(message.content, 'user', `${param}.content`) });
        break;
      case 'assistant':
        turns.push({
          role: 'assistant',
          content: readAssistant(message, { names, functionCallId }, param, adjustments),
        });
        break;
      case 'tool':
        turns.push({ role: 'user', content: [readToolMessage(message, param)] });
        break;
      case 'function':
        turns.push({ role: 'user', content: [readFunctionMessage(message, functionCallId, param)] });
        break;
      default:
        message satisfies never;
        throw badRequest('A role must be system, developer, user, assistant or tool.', `${param}.role`);
    }
    if (message.role !== 'function' && 'name' in message && message.name) adjustments.ignored('name');
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
  instructions: { text: string }[],
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
  tools: { names: ToolNames; functionCallId: string },
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (message.audio) throw badRequest('Audio is not supported.', `${param}.audio`);
  // Claude takes thoughts back only with their signature; outside of tool use it answers as well without them.
  if ('reasoning_content' in message && message.reasoning_content) adjustments.ignored('reasoning_content');
  const content = message.content ?? null;
  const blocks: ContentBlock[] = content === null ? [] : readContent(content, 'assistant', `${param}.content`);
  const said: unknown = message.refusal ?? '';
  if (typeof said !== 'string') throw badRequest('A refusal must be a string.', `${param}.refusal`);
  const refusal = said === '' ? [] : [textBlock(said)];
  return [...blocks, ...refusal, ...readCalls(message, tools, param, adjustments)];
}
