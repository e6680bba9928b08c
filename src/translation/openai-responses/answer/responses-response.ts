import { readAnswerExtras } from '../../answer/answer-extras.ts';
import { answerToEvents } from '../../../wire/answer-events.ts';
import { AnswerUsage } from '../../answer/answer-usage.ts';
import { usageOfAnswer } from '../../../wire/usage.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { newResponseObject, completedResponse, type ResponseObject } from './response-object.ts';
import { IGNORE_EVENTS } from './responses-events.ts';
import { ResponseOutput } from './responses-output.ts';
import { ENCRYPTED_REASONING } from '../request/responses-request.ts';
import { OutputSlots } from './output-slots.ts';
import { responsesToolFormatOf } from '../request/tools/responses-tool-form.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** For answers that go on from others, or that others go on from. */
export interface ResponseStorage {
  /** The request with everything that was said before it; the request itself where nothing was. */
  conversation?: ResponsesRequest;
  /** Is given the answer when it has ended, well or not; absent where nobody keeps it. */
  keep?: (answer: ResponseObject) => void;
}

/** A whole answer, made as its stream would be: the two cannot differ. */
export function responsesResponse(
  outputs: readonly ConverseAnswer[],
  request: ResponsesRequest,
  reply: AnswerOptions,
  { conversation = request, keep }: ResponseStorage = {},
): ResponseObject {
  const tally = new AnswerUsage();
  const slots = new OutputSlots(reply.id, IGNORE_EVENTS);
  const sealing = request.include?.includes(ENCRYPTED_REASONING) ? 'asked' : 'unasked';
  const output = new ResponseOutput(slots, { form: responsesToolFormatOf(conversation), tally, reply, sealing });
  for (const answer of outputs) {
    tally.addUsage(usageOfAnswer(answer));
    for (const event of answerToEvents(answer)) output.onEvent(event);
  }
  const finished = completedResponse(newResponseObject(request, reply, keep ? 'kept' : 'not_kept'), {
    output: slots.finished,
    ending: output.ending,
    tally,
    extras: readAnswerExtras(outputs),
    endedAt: reply.clock?.() ?? reply.created,
  });
  keep?.(finished);
  return finished;
}
