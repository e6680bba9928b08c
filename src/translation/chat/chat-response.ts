import type { ChatCompletion, ChatCompletionMessage } from 'openai/resources/chat/completions';

import { readAnswer, type Answer } from '../converse/answer.ts';
import { Tally, type ExtendedUsage, type Wording } from '../converse/tally.ts';
import { usageOfAnswer } from '../converse/usage.ts';
import type { ConverseAnswer } from '../converse/wire.ts';
import type { Reply } from '../dialect.ts';
import { wordingOf } from '../extension-fields.ts';
import type { ChatRequest } from './chat-request.ts';
import { toolCallFields } from './chat-tool-calls.ts';
import { chatFinishReason, toolFormOf, type ToolForm } from './chat-tool-form.ts';

/** OpenAI's message with the thoughts, under the name most clients look for. */
export interface ChatMessage extends ChatCompletionMessage {
  reasoning_content?: string;
}

export interface ChatChoice extends ChatCompletion.Choice {
  message: ChatMessage;
  /** The thoughts once more, for requests that asked by `thinking` or by the model's name. */
  thinking?: string;
}

export interface ChatAnswer extends ChatCompletion {
  choices: ChatChoice[];
  usage: ExtendedUsage;
}

export function chatResponse(outputs: readonly ConverseAnswer[], request: ChatRequest, reply: Reply): ChatAnswer {
  const wording = wordingOf(request, reply);
  const form = toolFormOf(request);
  const answers = outputs.map(readAnswer);
  const tally = new Tally();
  for (const output of outputs) tally.addUsage(usageOfAnswer(output));
  for (const { text, reasoning, calls } of answers) {
    tally.addText(text);
    for (const { input } of calls) tally.addText(JSON.stringify(input));
    tally.addReasoning(reasoning);
  }
  return {
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: answers.map((answer, index) => choice(answer, index, wording, form)),
    usage: tally.toUsage(wording),
  };
}

function choice(
  { text, reasoning, calls, finishReason, refusal }: Answer,
  index: number,
  wording: Wording,
  form: ToolForm,
): ChatChoice {
  return {
    index,
    message: {
      role: 'assistant',
      content: text === '' && (calls.length > 0 || refusal !== undefined) ? null : text,
      refusal: refusal ?? null,
      ...(reasoning !== '' && { reasoning_content: reasoning }),
      ...toolCallFields(calls, form),
    },
    ...(reasoning !== '' && wording === 'thinking' && { thinking: reasoning }),
    logprobs: null,
    finish_reason: chatFinishReason(finishReason, calls.length, form),
  };
}
