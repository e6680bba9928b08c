import { answerExtras } from '../../answer/answer-extras.ts';
import { eventsOfAnswer } from '../../../wire/answer-events.ts';
import { Tally } from '../../answer/answer-usage.ts';
import { usageOfAnswer } from '../../../wire/usage.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { Reply } from '../../dialect.ts';
import { envelopeOf, finishedAnswer, type ResponsesAnswer } from './response-object.ts';
import { NO_EVENTS } from './responses-events.ts';
import { ResponseOutput } from './responses-output.ts';
import { ENCRYPTED_REASONING } from '../request/responses-request.ts';
import { Slots } from './output-slots.ts';
import { toolFormOf } from '../request/tools/responses-tool-form.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** For answers that go on from others, or that others go on from. */
export interface Keeping {
  /** The request with everything that was said before it; the request itself where nothing was. */
  conversation?: ResponsesRequest;
  /** Is given the answer when it has ended, well or not; absent where nobody keeps it. */
  keep?: (answer: ResponsesAnswer) => void;
}

/** A whole answer, made as its stream would be: the two cannot differ. */
export function responsesResponse(
  outputs: readonly ConverseAnswer[],
  request: ResponsesRequest,
  reply: Reply,
  { conversation = request, keep }: Keeping = {},
): ResponsesAnswer {
  const tally = new Tally();
  const slots = new Slots(reply.id, NO_EVENTS);
  const sealing = request.include?.includes(ENCRYPTED_REASONING) ? 'asked' : 'unasked';
  const output = new ResponseOutput(slots, { form: toolFormOf(conversation), tally, reply, sealing });
  for (const answer of outputs) {
    tally.addUsage(usageOfAnswer(answer));
    for (const event of eventsOfAnswer(answer)) output.onEvent(event);
  }
  const finished = finishedAnswer(envelopeOf(request, reply, keep ? 'kept' : 'not_kept'), {
    output: slots.finished,
    reason: output.reason,
    tally,
    extras: answerExtras(outputs),
    endedAt: reply.clock?.() ?? reply.created,
  });
  keep?.(finished);
  return finished;
}
