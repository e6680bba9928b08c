import type { GatewayError } from '../../../errors/errors.ts';
import { readAnswerExtras } from '../../answer/answer-extras.ts';
import { AnswerUsage } from '../../answer/answer-usage.ts';
import { usageOfEvent } from '../../../wire/usage/converse-usage.ts';
import type { ConverseEvent, StreamMetadata } from '../../../wire/converse.ts';
import type { FrameWriter, AnswerOptions } from '../../dialect.ts';
import { newResponseObject, failedResponse, completedResponse, type ResponseObject } from './response-object.ts';
import { ResponseEventFrames } from './responses-events.ts';
import { ResponseOutput } from './responses-output.ts';
import { ENCRYPTED_REASONING } from '../request/responses-request.ts';
import type { ResponseStorage } from './responses-response.ts';
import { OutputSlots } from './output-slots.ts';
import { responsesToolFormatOf } from '../request/tools/responses-tool-form.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** Converts the events of one streamed request. The last frame is an event with the final status; there is no `[DONE]`. */
class ResponsesStream implements FrameWriter {
  private readonly frames = new ResponseEventFrames();
  private readonly answerUsage = new AnswerUsage();
  private readonly slots: OutputSlots;
  private readonly output: ResponseOutput;
  private readonly envelope: ResponseObject;
  private readonly save: ResponseStorage['save'];
  private readonly reply: AnswerOptions;
  private metadata?: StreamMetadata;
  private begun = false;
  private failure?: unknown;

  constructor(request: ResponsesRequest, reply: AnswerOptions, { conversation = request, save }: ResponseStorage) {
    this.save = save;
    this.reply = reply;
    this.envelope = newResponseObject(request, reply, save ? 'kept' : 'not_kept');
    this.slots = new OutputSlots(reply.id, this.frames);
    const encryptedReasoning = request.include?.includes(ENCRYPTED_REASONING) ? 'included' : 'omitted';
    this.output = new ResponseOutput(this.slots, {
      form: responsesToolFormatOf(conversation),
      answerUsage: this.answerUsage,
      reply,
      encryptedReasoning,
    });
  }

  onEvent(event: ConverseEvent): readonly SseFrame[] {
    this.begin();
    if (event.metadata) {
      this.metadata = event.metadata;
      const usage = usageOfEvent(event);
      if (usage) this.answerUsage.addUsage(usage);
    } else this.read(event);
    return this.frames.take();
  }

  onEnd(): readonly SseFrame[] {
    if (this.failure !== undefined) throw this.failure;
    this.begin();
    const response = completedResponse(this.envelope, {
      output: this.slots.finished,
      ending: this.output.ending,
      answerUsage: this.answerUsage,
      extras: readAnswerExtras(this.metadata ? [this.metadata] : []),
      endedAt: this.reply.clock?.() ?? this.reply.created,
    });
    this.save?.(response);
    const { status } = response;
    this.frames.add(status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response });
    return this.frames.take();
  }

  /** Returns the frames of a failure. Omits unfinished items, because a client must not run an incomplete tool call. */
  onFailure(failure: GatewayError): readonly SseFrame[] {
    this.begin();
    const response = failedResponse(this.envelope, this.slots.finished, failure);
    this.save?.(response);
    this.frames.add('response.failed', { response });
    return this.frames.take();
  }

  /** Adds an event to the output. An error is thrown in `onEnd`, so that the client receives all earlier events. */
  private read(event: ConverseEvent): void {
    try {
      this.output.onEvent(event);
    } catch (error) {
      this.failure = error;
    }
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.frames.add('response.created', { response: this.envelope });
    this.frames.add('response.in_progress', { response: this.envelope });
  }
}

/** Creates the writer of a streamed response. */
export function responsesStream(
  request: ResponsesRequest,
  reply: AnswerOptions,
  storage: ResponseStorage = {},
): FrameWriter {
  return new ResponsesStream(request, reply, storage);
}
