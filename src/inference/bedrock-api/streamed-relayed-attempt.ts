import { type RawFrame, RawUsageReader } from '../../bedrock/operations/raw-stream-formats.ts';
import { RELAYED_STREAMS, type UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import type { BedrockApiStreamOperation } from '../../wire/operations.ts';
import { RawEventStream } from '../../wire/raw-answer.ts';
import type { StreamMeter } from '../accounting/stream-meter.ts';
import type { StreamedAttempt } from '../attempts/attempt.ts';
import { RelayedCall } from '../upstream/relayed-call.ts';
import { passBedrockHeaders } from './bedrock-headers.ts';
import type { RelayedRequest } from './relayed-request.ts';

/** An attempt of an operation of Bedrock's own API that streams. */
export class StreamedRelayedAttempt implements StreamedAttempt<RawFrame, RawEventStream<RawFrame>> {
  readonly kind = 'stream';
  readonly prepared: RelayedRequest;
  private readonly operation: BedrockApiStreamOperation;

  constructor(prepared: RelayedRequest, operation: BedrockApiStreamOperation) {
    this.prepared = prepared;
    this.operation = operation;
  }

  call(): RelayedCall<AsyncIterable<RawFrame[]>> {
    const { route, context, sending } = this.prepared;
    const relayed = RELAYED_STREAMS[this.operation];
    const operation: UpstreamOperation<AsyncIterable<RawFrame[]>> = {
      ...relayed,
      read(received, span) {
        const { head, events } = relayed.read(received, span);
        passBedrockHeaders(head, context);
        return events;
      },
    };
    return new RelayedCall(route, operation, sending);
  }

  usageReader(): RawUsageReader {
    return new RawUsageReader(this.prepared.sending.body.length, this.prepared.sending.headers);
  }

  textOf({ payload }: RawFrame): string {
    return payload;
  }

  toResult([stream]: readonly AsyncIterable<RawFrame[]>[], meter: StreamMeter<RawFrame>): RawEventStream<RawFrame> {
    return new RawEventStream({
      stream: stream!,
      frames(batch) {
        meter.read(batch, 0);
        return batch.map(({ bytes }) => bytes);
      },
      onClose: () => meter.settle(),
    });
  }
}
