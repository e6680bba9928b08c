import { Injectable } from '@nestjs/common';
import type { RawFrame } from '../../bedrock/operations/raw-stream-formats.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';
import type { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import type { RequestPreparer } from '../attempts/request-preparer.ts';
import { InferenceService } from '../inference.service.ts';
import { RelayPreparer, type RelayRequest } from './relay-preparer.ts';

/** Answers requests of Bedrock's own API: routed, metered and retried like all others, and otherwise unchanged. */
@Injectable()
export class BedrockApiService {
  constructor(
    private readonly inference: InferenceService,
    private readonly config: GatewayConfig,
  ) {}

  /** Returns Bedrock's answer, or its stream of frames. Throws as `InferenceService.run` does. */
  handle(
    operation: BedrockApiOperation | BedrockApiStreamOperation,
    request: RelayRequest,
    context: RequestContext,
  ): Promise<RawJsonAnswer | RawEventStream<RawFrame>> {
    const preparer: RequestPreparer<RelayRequest, RawJsonAnswer | RawEventStream<RawFrame>> = new RelayPreparer(
      operation,
      this.config,
    );
    return this.inference.run(preparer, request, context);
  }
}
