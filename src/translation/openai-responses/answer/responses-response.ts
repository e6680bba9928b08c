import { readAnswerExtras } from '../../answer/answer-extras.ts';
import { answerToEvents } from '../../../wire/answer-events.ts';
import { AnswerUsage } from '../../answer/answer-usage.ts';
import { usageOfAnswer } from '../../../wire/usage/converse-usage.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { newResponseObject, completedResponse, type ResponseObject } from './response-object.ts';
import { IGNORE_EVENTS } from './responses-events.ts';
import { ResponseOutput } from './responses-output.ts';
import { ENCRYPTED_REASONING } from '../request/responses-request.ts';
import { OutputSlots } from './output-slots.ts';
import { responsesToolFormatOf } from '../request/tools/responses-tool-form.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** Options for answers that continue a stored response or are stored themselves. */
export interface ResponseStorage {
  /** The request with the stored conversation before its input; the request itself if absent. */
  conversation?: ResponsesRequest;
  /** Receives the response when it ends, also if it failed; absent if it is not stored. */
  save?: (answer: ResponseObject) => void;
}

/** Builds the response object of a whole answer. It uses the builder of streams, so that both have the same items. */
export function responsesResponse(
  outputs: readonly ConverseAnswer[],
  request: ResponsesRequest,
  reply: AnswerOptions,
  { conversation = request, save }: ResponseStorage = {},
): ResponseObject {
  const answerUsage = new AnswerUsage();
  const slots = new OutputSlots(reply.id, IGNORE_EVENTS);
  const encryptedReasoning = request.include?.includes(ENCRYPTED_REASONING) ? 'included' : 'omitted';
  const form = responsesToolFormatOf(conversation);
  const output = new ResponseOutput(slots, { form, answerUsage, reply, encryptedReasoning });
  for (const answer of outputs) {
    answerUsage.addUsage(usageOfAnswer(answer));
    for (const event of answerToEvents(answer)) output.onEvent(event);
  }
  const finished = completedResponse(newResponseObject(request, reply, save ? 'kept' : 'not_kept'), {
    output: slots.finished,
    ending: output.ending,
    answerUsage,
    extras: readAnswerExtras(outputs),
    endedAt: reply.clock?.() ?? reply.created,
  });
  save?.(finished);
  return finished;
}
