import type { Completion, CompletionChoice } from 'openai/resources/completions';

import { readAnswerExtras, type AnswerExtras } from '../answer/answer-extras.ts';
import { readConverseAnswer, type AnswerContent } from '../answer/answer-content.ts';
import { AnswerUsage, type UsageWithThinking } from '../answer/answer-usage.ts';
import { usageOfAnswer } from '../../wire/usage/converse-usage.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import type { AnswerOptions } from '../dialect.ts';
import { thinkingFieldStyleOf } from '../generation/extension-fields.ts';
import { choicesPerPrompt, promptsOf, type CompletionsRequest } from './completions-request.ts';

/** A choice of an answer. */
export interface CompletionsChoice extends CompletionChoice {
  /** The model's thinking. An extension of the gateway: the legacy API has no field for it. */
  thinking?: string;
}

/** The response body of the legacy API, with extra fields of the gateway. */
export interface CompletionsAnswer extends Completion, AnswerExtras {
  choices: CompletionsChoice[];
  usage: UsageWithThinking;
}

/** Converts the answers of all upstream calls to the response body. Each answer is one choice. */
export function completionsResponse(
  outputs: readonly ConverseAnswer[],
  request: CompletionsRequest,
  reply: AnswerOptions,
): CompletionsAnswer {
  const answers = outputs.map(readConverseAnswer);
  const answerUsage = new AnswerUsage();
  for (const output of outputs) answerUsage.addUsage(usageOfAnswer(output));
  for (const { text, reasoning } of answers) {
    answerUsage.addText(text);
    answerUsage.addReasoning(reasoning);
  }
  return {
    id: `cmpl-${reply.id}`,
    object: 'text_completion',
    created: reply.created,
    model: reply.model,
    choices: answers.map((answer, index) => choice(answer, index, echoOf(request, index))),
    usage: answerUsage.toUsage(thinkingFieldStyleOf(request, reply)),
    ...readAnswerExtras(outputs),
  };
}

/** Returns the prompt that precedes the text of choice `index`; empty without `echo`. */
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
