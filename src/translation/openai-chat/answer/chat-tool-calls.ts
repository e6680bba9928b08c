import type { ChatCompletionMessage, ChatCompletionMessageToolCall } from 'openai/resources/chat/completions';

import type { ToolCall } from '../../answer/answer-content.ts';
import { customToolText } from '../../tools/custom-tool-input.ts';
import type { SaveThinking } from '../../dialect.ts';
import type { ChatToolFormat } from '../request/chat-tool-format.ts';

/** The calls of a whole answer in OpenAI's words. */
export function toolCallFields(
  calls: readonly ToolCall[],
  form: ChatToolFormat,
  keepThoughts: SaveThinking | undefined,
): Pick<ChatCompletionMessage, 'tool_calls' | 'function_call'> {
  const [first] = calls;
  if (!first) return {};
  if (form.field === 'tool_calls') return { tool_calls: calls.map((call) => toolCall(call, form, keepThoughts)) };
  // The deprecated form has room for one, without an id; Claude is told to make no more.
  return { function_call: { name: form.names.toClient(first.name), arguments: JSON.stringify(first.input) } };
}

function toolCall(
  call: ToolCall,
  form: ChatToolFormat,
  keepThoughts: SaveThinking | undefined,
): ChatCompletionMessageToolCall {
  const { input, thoughts } = call;
  const name = form.names.toClient(call.name);
  const id = keepThoughts && thoughts.length > 0 ? keepThoughts({ id: call.id, name }, thoughts) : call.id;
  return form.custom.has(name)
    ? { id, type: 'custom', custom: { name, input: customToolText(input) } }
    : { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}
