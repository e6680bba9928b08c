import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { recordFailure, type RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { keyCount } from '../../config/keys-file/with-file-keys.ts';
import { GatewayError, internalError } from '../../errors/errors.ts';
import { AdmissionService } from '../../admission/admission.service.ts';
import { RetryPolicy } from '../../retry/retry-policy.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import { RequestRecorder } from '../../ledger/recording/request-recorder.ts';
import { AccessLog } from '../../telemetry/logging/access-log.ts';
import type { Dialect, AnswerOptions } from '../../translation/dialect.ts';
import { storingDialect } from '../../translation/openai-responses/responses-dialect.ts';
import {
  newResponseObject,
  failedResponse,
  type ResponseObject,
} from '../../translation/openai-responses/answer/response-object.ts';
import { InferenceService } from '../inference.service.ts';
import { BackgroundSlots } from './background-slots.ts';
import { BackgroundContext } from './background-context.ts';
import { toInputItems } from './input-items.ts';
import { StoredResponsesService } from './stored-responses.service.ts';
import type { ResponsesRequest } from '../../translation/openai-responses/responses-request.types.ts';
import type { Caller } from '../../request/caller.ts';

/** Seconds after which the client may try again. */
const RETRY_AFTER = 5;

/** A background response that is queued or in progress. */
interface Job {
  request: ResponsesRequest;
  conversation: ResponsesRequest;
  queued: ResponseObject;
  context: BackgroundContext;
  identity: Pick<AnswerOptions, 'id' | 'created'>;
}

/**
 * Makes background responses. The client reads them by their id. They run in the process that accepted them, each with its
 * own admission slot.
 */
@Injectable()
export class BackgroundResponsesService implements OnApplicationShutdown {
  private readonly logger = new Logger(BackgroundResponsesService.name);
  private readonly running = new Map<string, { context: BackgroundContext; done: Promise<void> }>();
  private readonly slots: BackgroundSlots;

  constructor(
    private readonly stored: StoredResponsesService,
    private readonly inference: InferenceService,
    private readonly models: ModelRegistryService,
    private readonly retries: RetryPolicy,
    private readonly log: AccessLog,
    private readonly ledger: RequestRecorder,
    private readonly config: GatewayConfig,
    admission: AdmissionService,
  ) {
    const limits = () => ({ max: config.responses.maxBackground, keys: keyCount(config.auth) });
    this.slots = new BackgroundSlots(admission, limits);
  }

  /** Ends running background responses with the status `failed`. The stored responses contain the reason. */
  async onApplicationShutdown(): Promise<void> {
    for (const { context } of this.running.values()) context.cancel(stopped('The gateway was stopped.'));
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  /**
   * Returns the queued response. Throws GatewayError 429 if the API key has reached its share, 503 if the response
   * cannot be stored.
   */
  async start(
    request: ResponsesRequest,
    conversation: ResponsesRequest,
    caller: RequestContext,
  ): Promise<ResponseObject> {
    const owner = ownerOf(caller);
    if (!this.slots.add(owner)) throw tooMany(owner, this.slots.share);
    try {
      return await this.queue(request, conversation, caller);
    } catch (error) {
      this.slots.remove(owner);
      throw error;
    }
  }

  private async queue(
    request: ResponsesRequest,
    conversation: ResponsesRequest,
    caller: RequestContext,
  ): Promise<ResponseObject> {
    const { model } = this.models.resolve(request.model, caller.caller);
    const identity = { id: randomUUID().replaceAll('-', ''), created: Math.floor(Date.now() / 1_000) };
    const reply = { ...identity, model: model.name, thinkingByName: false };
    const queued: ResponseObject = { ...newResponseObject(request, reply, 'kept'), status: 'queued' };
    const job = { request, conversation, queued, context: new BackgroundContext(caller), identity };
    if (!(await this.save(job, queued))) throw notKept();
    // The API key may have been revoked meanwhile. A disconnected client does not stop the response.
    const { reason } = caller.signal;
    if (reason instanceof GatewayError) job.context.cancel(reason);
    caller.report.continuesInBackground = true;
    const done = this.run(job, caller.id).finally(() => {
      this.running.delete(queued.id);
      this.slots.remove(ownerOf(job.context));
    });
    this.running.set(queued.id, { context: job.context, done });
    return queued;
  }

  /**
   * Returns the response as cancelled; one that has ended stays as it is. Work in another process continues, but its
   * answer is not stored.
   */
  async cancel(id: string, caller: RequestContext): Promise<ResponseObject> {
    const { response, input } = await this.stored.find(id, caller);
    if (!response.background) throw notBackground(id);
    if (response.status !== 'queued' && response.status !== 'in_progress') return response;
    const cancelled: ResponseObject = { ...response, status: 'cancelled' };
    await this.stored.save({ response: cancelled, input }, caller);
    this.running.get(id)?.context.cancel(stopped('The response was cancelled.'));
    return cancelled;
  }

  /** Makes the response. `requestId` is the id of the request that asked for it. */
  private async run(job: Job, requestId: string): Promise<void> {
    const { context, queued } = job;
    const ended = this.log.backgroundStarted(context, 'POST', '/v1/responses');
    const endedForLedger = this.ledger.backgroundStarted(context, {
      requestId,
      method: 'POST',
      endpoint: '/v1/responses',
    });
    let status = 200;
    try {
      await this.slots.slotFor(context, ownerOf(context), this.config.responses.ttlSeconds * 1_000);
      context.begin();
      await this.save(job, { ...queued, status: 'in_progress' });
      await this.finish(job, await this.answer(job));
    } catch (error) {
      const failure = error instanceof GatewayError ? error : internalError(error);
      status = failure.status;
      recordFailure(context.report, failure);
      context.contentLog?.recordFailure(context, failure);
      if (failure.code === 'internal_error') this.logger.error({ requestId: context.id, err: failure.cause });
      await this.finish(job, failedResponse(queued, [], failure)).catch(() => undefined);
    }
    context.close();
    ended(status);
    endedForLedger?.(status);
  }

  private answer({ request, conversation, context, identity }: Job): Promise<ResponseObject> {
    const base = storingDialect(conversation, () => {});
    const dialect: Dialect<ResponsesRequest, ResponseObject> = {
      ...base,
      toAnswer: (outputs, sent, reply) => base.toAnswer(outputs, sent, { ...reply, ...identity }),
    };
    const work = () => this.inference.handle(dialect, { ...request, stream: false }, context);
    // The request is not streamed, so the result is a response object.
    return this.retries.repeat(context, work) as Promise<ResponseObject>;
  }

  /** Stores the response, unless it was cancelled meanwhile. */
  private async finish(job: Job, answer: ResponseObject): Promise<void> {
    const current = await this.stored.peek(answer.id, job.context);
    if (current === undefined || current.response.status === 'cancelled') return;
    if (!(await this.save(job, answer))) throw notKept();
  }

  private save({ conversation, context }: Job, response: ResponseObject): Promise<boolean> {
    return this.stored.save({ response, input: toInputItems(conversation.input) }, context);
  }
}

function stopped(message: string): GatewayError {
  return new GatewayError({ code: 'response_stopped', message });
}

/** Returns the API key. Only the types make it optional: no route for responses is public. */
function ownerOf({ caller }: Pick<RequestContext, 'caller'>): Caller {
  return caller ?? { id: '', name: '' };
}

function tooMany({ name }: Caller, share: number): GatewayError {
  return new GatewayError({
    code: 'too_many_background_responses',
    message:
      `Key '${name}' has too many background responses that are queued or in progress (its share is ${share}). ` +
      'Wait for one of them to end, or send the request without `background`.',
    retryAfter: RETRY_AFTER,
  });
}

function notKept(): GatewayError {
  return new GatewayError({
    code: 'response_not_kept',
    message:
      'The response cannot be stored: the store is not reachable, or the response is larger than responses.maxEntryBytes.',
  });
}

function notBackground(id: string): GatewayError {
  return new GatewayError({
    code: 'response_not_background',
    message: `Cannot cancel '${id}': only background responses can be cancelled.`,
    param: 'response_id',
  });
}
