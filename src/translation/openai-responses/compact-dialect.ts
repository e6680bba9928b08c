import type { CompactedResponse } from 'openai/resources/responses/responses';

import { readConverseAnswer } from '../answer/answer-content.ts';
import { AnswerUsage } from '../answer/answer-usage.ts';
import { usageOfAnswer } from '../../wire/usage/converse-usage.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Dialect } from '../dialect.ts';
import { storingDialect } from './responses-dialect.ts';
import { toResponsesUsage } from './answer/response-object.ts';
import { responsesStream } from './answer/responses-stream.ts';
import { asArray } from './request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from './responses-request.types.ts';

/** The instruction that follows the conversation. The model receives it as a user message. */
const TASK =
  'Stop here. Write down what is needed to go on with this conversation without having read it: what the user wants and ' +
  'has said about how, what was done and found out, names, paths, numbers and decisions word for word, what is left to do. ' +
  'No tools, no questions, no introduction: your text takes the place of everything above.';

/**
 * Returns the dialect of `/v1/responses/compact`: the model summarizes a conversation, and the answer is one encrypted item.
 * Only this gateway can decrypt the item, for the same API key.
 *
 * @param conversation - the request, with the conversation of `previous_response_id` in `input`
 */
export function compactDialect(conversation: ResponsesRequest): Dialect<ResponsesRequest, CompactedResponse> {
  const { input, tools: _tools, tool_choice: _choice, text: _text, ...rest } = conversation;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : asArray(input);
  const task = { ...rest, input: [...items, { role: 'user', content: TASK }] } as ResponsesRequest;
  return {
    ...storingDialect(task, undefined),
    name: 'compact',
    toAnswer: (outputs, _request, { id, created, seal }) => {
      const answerUsage = new AnswerUsage();
      const summaries = outputs.map((output) => {
        const answer = readConverseAnswer(output);
        answerUsage.addUsage(usageOfAnswer(output));
        answerUsage.addText(answer.text);
        answerUsage.addReasoning(answer.reasoning);
        return answer.text.trim();
      });
      const summary = summaries.join('\n\n');
      if (summary === '' || !seal) throw noSummary();
      const sealed = seal(Buffer.from(summary), 'compaction');
      return {
        id: `resp_${id}`,
        object: 'response.compaction',
        created_at: created,
        output: [{ id: `cmp_${id}00`, type: 'compaction', encrypted_content: sealed }],
        usage: toResponsesUsage(answerUsage),
      };
    },
    toFrames: responsesStream,
  };
}

function noSummary(): GatewayError {
  return new GatewayError({
    code: 'model_error',
    message: 'The model returned no summary of the conversation. Send the request again.',
  });
}
