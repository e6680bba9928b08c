import type { CompactedResponse } from 'openai/resources/responses/responses';

import { readConverseAnswer } from '../answer/answer-content.ts';
import { AnswerUsage } from '../answer/answer-usage.ts';
import { usageOfAnswer } from '../../wire/usage.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Dialect } from '../dialect.ts';
import { storingDialect } from './responses-dialect.ts';
import { toResponsesUsage } from './answer/response-object.ts';
import { responsesStream } from './answer/responses-stream.ts';
import { asArray } from './request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from './responses-request.types.ts';

/** What the model is asked behind the conversation. */
const TASK =
  'Stop here. Write down what is needed to go on with this conversation without having read it: what the user wants and ' +
  'has said about how, what was done and found out, names, paths, numbers and decisions word for word, what is left to do. ' +
  'No tools, no questions, no introduction: your text takes the place of everything above.';

/** `/v1/responses/compact`: a conversation as one item, which only this gateway can open, for the same API key. */
export function compactDialect(conversation: ResponsesRequest): Dialect<ResponsesRequest, CompactedResponse> {
  const { input, tools: _tools, tool_choice: _choice, text: _text, ...rest } = conversation;
  const said = typeof input === 'string' ? [{ role: 'user', content: input }] : asArray(input);
  const asked = { ...rest, input: [...said, { role: 'user', content: TASK }] } as ResponsesRequest;
  return {
    ...storingDialect(asked, undefined),
    name: 'compact',
    toAnswer: (outputs, _request, { id, created, seal }) => {
      const tally = new AnswerUsage();
      const summaries = outputs.map((output) => {
        const answer = readConverseAnswer(output);
        tally.addUsage(usageOfAnswer(output));
        tally.addText(answer.text);
        tally.addReasoning(answer.reasoning);
        return answer.text.trim();
      });
      const summary = summaries.join('\n\n');
      if (summary === '' || !seal) throw nothingSaid();
      const sealed = seal(Buffer.from(summary), 'compaction');
      return {
        id: `resp_${id}`,
        object: 'response.compaction',
        created_at: created,
        output: [{ id: `cmp_${id}00`, type: 'compaction', encrypted_content: sealed }],
        usage: toResponsesUsage(tally),
      };
    },
    toFrames: responsesStream,
  };
}

function nothingSaid(): GatewayError {
  return new GatewayError({
    code: 'model_error',
    message: 'The model made no summary of the conversation.',
  });
}
