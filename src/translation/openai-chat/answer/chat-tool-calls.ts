import type { ChatCompletionMessage, ChatCompletionMessageToolCall } from 'openai/resources/chat/completions';

import type { ToolCall } from '../../answer/answer-content.ts';
import { customToolText } from '../../tools/custom-tool-input.ts';
import type { SaveThinking } from '../../dialect.ts';
import type { ChatToolFormat } from '../request/chat-tool-format.ts';

/** Returns the message fields for the calls of a whole answer. Stores the thinking that precedes each call. */
export function toolCallFields(
  calls: readonly ToolCall[],
  form: ChatToolFormat,
  saveThinking: SaveThinking | undefined,
): Pick<ChatCompletionMessage, 'tool_calls' | 'function_call'> {
  const [first] = calls;
  if (!first) return {};
  if (form.field === 'tool_calls') return { tool_calls: calls.map((call) => toolCall(call, form, saveThinking)) };
  // The deprecated field holds a single call without an id. The request limits Claude to one call.
  return { function_call: { name: form.names.toClient(first.name), arguments: JSON.stringify(first.input) } };
}

function toolCall(
  call: ToolCall,
  form: ChatToolFormat,
  saveThinking: SaveThinking | undefined,
): ChatCompletionMessageToolCall {
  const { input, thinking } = call;
  const name = form.names.toClient(call.name);
  const id = saveThinking && thinking.length > 0 ? saveThinking({ id: call.id, name }, thinking) : call.id;
  return form.custom.has(name)
    ? { id, type: 'custom', custom: { name, input: customToolText(input) } }
    : { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}
