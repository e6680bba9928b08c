import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest, GatewayError } from '../../errors/errors.ts';
import { BODY_LIMITS } from '../../limits/body-limits.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import { RestoredContent } from '../../limits/restored-content.ts';
import { ResponseStore } from '../../shared-state/responses/response-store.ts';
import { STORAGE_ADVICE } from '../../translation/parameters/responses-parameters.ts';
import { toInputItems } from './input-items.ts';
import { withReferencedItems } from './item-references.ts';
import { type Item, type StoredResponse, storedResponseIn } from './stored-response.ts';
import type { ResponsesRequest } from '../../translation/openai-responses/responses-request.types.ts';

/** Stores responses. Only the API key that made a response can read it. */
@Injectable()
export class StoredResponsesService {
  constructor(private readonly store: ResponseStore) {}

  get isOn(): boolean {
    return this.store.isOn;
  }

  /** Throws GatewayError 404 if the caller has no response with this id, or if the store is off. */
  async find(id: string, context: Pick<RequestContext, 'caller'>): Promise<StoredResponse> {
    this.require();
    return (await this.peek(id, context)) ?? this.missing(id);
  }

  async peek(id: string, context: Pick<RequestContext, 'caller'>): Promise<StoredResponse | undefined> {
    const json = await this.store.get(ownerOf(context), id);
    return json === undefined ? undefined : storedResponseIn(json);
  }

  /** Returns true if the response is stored now. */
  save(stored: StoredResponse, context: Pick<RequestContext, 'caller'>): Promise<boolean> {
    return this.store.set(ownerOf(context), stored.response.id, JSON.stringify(stored));
  }

  async delete(id: string, context: Pick<RequestContext, 'caller'>): Promise<void> {
    this.require();
    if (!(await this.store.delete(ownerOf(context), id))) this.missing(id);
  }

  /** Returns the request with the preceding conversation in `input`, and without the fields for storage. */
  async conversation(request: ResponsesRequest, context: Pick<RequestContext, 'caller'>): Promise<ResponsesRequest> {
    const { previous_response_id: previous, store: _store, background: _background, ...rest } = request;
    // A request to compact a previous response may have no input.
    const given = previous ? (request.input ?? []) : request.input;
    // The translator rejects an input of another type.
    if (typeof given !== 'string' && !Array.isArray(given)) return { ...rest, input: given };
    const restored = new RestoredContent();
    const before = previous ? await this.before(previous, context, restored) : [];
    const read = (id: string): Promise<string | undefined> => this.store.get(ownerOf(context), id);
    const items = await withReferencedItems(toInputItems(given), { read, restored });
    const isPlain = before.length === 0 && typeof given === 'string';
    if (isPlain) return { ...rest, input: given };
    const input = [...before, ...items];
    requireAtMost(BODY_LIMITS.inputItems, input, 'input');
    return { ...rest, input: input as unknown as ResponsesRequest['input'] };
  }

  private async before(
    id: string,
    context: Pick<RequestContext, 'caller'>,
    restored: RestoredContent,
  ): Promise<Item[]> {
    const json = await this.store.get(ownerOf(context), id);
    const param = 'previous_response_id';
    if (json === undefined) {
      throw badRequest(`Previous response with id '${id}' not found.`, param, 'previous_response_not_found');
    }
    restored.take(json.length, param);
    const stored = storedResponseIn(json);
    const { status } = stored.response;
    if (status !== 'completed' && status !== 'incomplete') {
      throw badRequest(`The response '${id}' is ${status}: nothing can go on from it.`, param, 'response_not_finished');
    }
    return [...stored.input, ...(stored.response.output as unknown as Item[])];
  }

  private require(): void {
    if (this.isOn) return;
    throw new GatewayError({
      code: 'responses_not_stored',
      message: `This gateway stores no responses: ${STORAGE_ADVICE}.`,
    });
  }

  private missing(id: string): never {
    throw new GatewayError({
      code: 'response_not_found',
      message: `Response with id '${id}' not found.`,
      param: 'response_id',
    });
  }
}

function ownerOf({ caller }: Pick<RequestContext, 'caller'>): string {
  return caller?.id ?? '';
}
