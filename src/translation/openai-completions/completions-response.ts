import type { Completion, CompletionChoice } from 'openai/resources/completions';

import { readAnswerExtras, type AnswerExtras } from '../answer/answer-extras.ts';
import { readConverseAnswer, type AnswerContent } from '../answer/answer-content.ts';
import { AnswerUsage, type UsageWithThinking } from '../answer/answer-usage.ts';
import { usageOfAnswer } from '../../wire/usage.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import type { AnswerOptions } from '../dialect.ts';
import { thinkingFieldStyleOf } from '../generation/extension-fields.ts';
import { choicesPerPrompt, promptsOf, type CompletionsRequest } from './completions-request.ts';

export interface CompletionsChoice extends CompletionChoice {
  /** The legacy API has no word for thoughts; this one is ours. */
  thinking?: string;
}

export interface CompletionsAnswer extends Completion, AnswerExtras {
  choices: CompletionsChoice[];
  usage: UsageWithThinking;
}

export function completionsResponse(
  outputs: readonly ConverseAnswer[],
  request: CompletionsRequest,
  reply: AnswerOptions,
): CompletionsAnswer {
  const answers = outputs.map(readConverseAnswer);
  const tally = new AnswerUsage();
  for (const output of outputs) tally.addUsage(usageOfAnswer(output));
  for (const { text, reasoning } of answers) {
    tally.addText(text);
    tally.addReasoning(reasoning);
  }
  return {
    id: `cmpl-${reply.id}`,
    object: 'text_completion',
    created: reply.created,
    model: reply.model,
    choices: answers.map((answer, index) => choice(answer, index, echoOf(request, index))),
    usage: tally.toUsage(thinkingFieldStyleOf(request, reply)),
    ...readAnswerExtras(outputs),
  };
}

/** What `echo` puts before the text of a choice. */
export function echoOf(request: CompletionsRequest, index: number): string {
  if (!request.echo) return '';
  return promptsOf(request)[Math.floor(index / choicesPerPrompt(request))] ?? '';
}

function choice({ text, reasoning, ending }: AnswerContent, index: number, echo: string): CompletionsChoice {
  return {
    text: echo + text,
    index,
    ...(reasoning !== '' && { thinking: reasoning }),
    logprobs: null,
    finish_reason: ending.completions,
  };
}
