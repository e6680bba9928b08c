import { MESSAGES_STREAM } from '../../bedrock/operations/upstream-operation.ts';
import { RestoredEvents } from '../../translation/anthropic/invoke-model/answer/messages-restored.ts';
import {
  anthropicEventToFrame,
  textOfAnthropicEvent,
} from '../../translation/anthropic/invoke-model/answer/messages-stream.ts';
import { MessagesUsageReader } from '../../translation/anthropic/invoke-model/answer/messages-usage.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';
import type { StreamMeter } from '../accounting/stream-meter.ts';
import type { StreamedAttempt } from '../attempts/attempt.ts';
import { MessagesCall } from '../upstream/messages-call.ts';
import type { PreparedMessages } from './prepared-messages.ts';

/** An attempt of InvokeModelWithResponseStream for Claude. */
export class StreamedMessagesAttempt implements StreamedAttempt<MessagesEvent, AnswerStream<MessagesEvent>> {
  readonly kind = 'stream';
  readonly prepared: PreparedMessages;

  constructor(prepared: PreparedMessages) {
    this.prepared = prepared;
  }

  call(): MessagesCall<AsyncIterable<MessagesEvent[]>> {
    const { route, translation } = this.prepared;
    return new MessagesCall(route, MESSAGES_STREAM, translation);
  }

  usageReader(): MessagesUsageReader {
    return new MessagesUsageReader(this.prepared.translation.headers);
  }

  textOf(event: MessagesEvent): string {
    return textOfAnthropicEvent(event);
  }

  toResult(
    [stream]: readonly AsyncIterable<MessagesEvent[]>[],
    meter: StreamMeter<MessagesEvent>,
  ): AnswerStream<MessagesEvent> {
    const { renamed } = this.prepared.translation;
    const restored = renamed && new RestoredEvents(renamed);
    return new AnswerStream({
      streams: [stream!],
      frames: (batch) => {
        meter.read(batch, 0);
        if (restored === undefined) return batch.map(anthropicEventToFrame);
        return batch.flatMap((event) => restored.onEvent(event).map(anthropicEventToFrame));
      },
      end: () => [],
      onClose: () => meter.settle(),
    });
  }
}
