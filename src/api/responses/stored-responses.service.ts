import { Injectable } from '@nestjs/common';
import type { Call } from '../../call.ts';
import { badRequest, GatewayError } from '../../errors.ts';
import { ResponseStore, responseStoreUnavailable } from '../../storage/response-store.ts';
import type { ResponsesAnswer } from '../../translation/responses/responses-envelope.ts';
import type { ResponsesRequest } from '../../translation/responses/responses-request.ts';
import { itemsOf } from './input-items.ts';

type Item = Readonly<Record<string, unknown>>;

/** A response with all that the model had read before it, those of earlier responses included: each stands alone. */
export interface StoredResponse {
  response: ResponsesAnswer;
  input: Item[];
}

/** Place at the end of the id of an item: the response it is of, and its number there. */
const OUTPUT_ID = /^[a-z]+_([0-9a-f]{32})\d{2,}$/;

/** Responses that are kept, each for the API key that made it: to others there is none. */
@Injectable()
export class StoredResponses {
  constructor(private readonly store: ResponseStore) {}

  get isOn(): boolean {
    return this.store.isOn;
  }

  /** Throws 404 where there is none of this id for this caller, and where nothing is kept at all. */
  async find(id: string, call: Pick<Call, 'caller'>): Promise<StoredResponse> {
    this.require();
    return (await this.peek(id, call)) ?? this.missing(id);
  }

  async peek(id: string, call: Pick<Call, 'caller'>): Promise<StoredResponse | undefined> {
    const json = await this.store.get(ownerOf(call), id);
    return json === undefined ? undefined : storedResponseIn(json);
  }

  /** Whether it is kept now. */
  keep(stored: StoredResponse, call: Pick<Call, 'caller'>): Promise<boolean> {
    return this.store.set(ownerOf(call), stored.response.id, JSON.stringify(stored));
  }

  async delete(id: string, call: Pick<Call, 'caller'>): Promise<void> {
    this.require();
    if (!(await this.store.delete(ownerOf(call), id))) this.missing(id);
  }

  /** The request with everything that was said before it, and with nothing about keeping: what the model is to read. */
  async conversation(request: ResponsesRequest, call: Pick<Call, 'caller'>): Promise<ResponsesRequest> {
    const { previous_response_id: previous, store: _store, background: _background, ...rest } = request;
    const before = previous ? await this.before(previous, call) : [];
    const items = await this.resolved(itemsOf(request.input), call);
    const isPlain = before.length === 0 && typeof request.input === 'string';
    const input = isPlain ? request.input : ([...before, ...items] as unknown as ResponsesRequest['input']);
    return { ...rest, input };
  }

  private async before(id: string, call: Pick<Call, 'caller'>): Promise<Item[]> {
    const stored = await this.peek(id, call);
    const param = 'previous_response_id';
    if (!stored) {
      throw badRequest(`Previous response with id '${id}' not found.`, param, 'previous_response_not_found');
    }
    const { status } = stored.response;
    if (status !== 'completed' && status !== 'incomplete') {
      throw badRequest(`The response '${id}' is ${status}: nothing can go on from it.`, param, 'response_not_finished');
    }
    return [...stored.input, ...(stored.response.output as unknown as Item[])];
  }

  /** References stand for items of stored responses, whose ids say which. */
  private async resolved(items: readonly Item[], call: Pick<Call, 'caller'>): Promise<Item[]> {
    return Promise.all(
      items.map(async (item, index) => {
        const { type, id } = Object(item) as Item;
        if ((type ?? 'item_reference') !== 'item_reference' || typeof id !== 'string') return item;
        const answerId = OUTPUT_ID.exec(id)?.[1];
        const stored = answerId && (await this.peek(`resp_${answerId}`, call));
        const found = stored ? stored.response.output.find((each) => each.id === id) : undefined;
        if (!found) throw badRequest(`Item with id '${id}' not found.`, `input[${index}].id`, 'item_not_found');
        return found as unknown as Item;
      }),
    );
  }

  private require(): void {
    if (this.isOn) return;
    throw new GatewayError({
      status: 404,
      type: 'invalid_request_error',
      code: 'responses_not_stored',
      message: 'This gateway keeps no responses (responses.store is off).',
    });
  }

  private missing(id: string): never {
    throw new GatewayError({
      status: 404,
      type: 'invalid_request_error',
      code: 'response_not_found',
      message: `Response with id '${id}' not found.`,
      param: 'response_id',
    });
  }
}

function ownerOf({ caller }: Pick<Call, 'caller'>): string {
  return caller?.id ?? '';
}

/** Throws GatewayError 503 for a text that this gateway did not write. */
function storedResponseIn(json: string): StoredResponse {
  try {
    const stored = JSON.parse(json) as Partial<StoredResponse> | null;
    const isWhole = Array.isArray(stored?.input) && Array.isArray(stored.response?.output);
    if (isWhole && typeof stored.response?.id === 'string') return stored as StoredResponse;
  } catch {
    // What is not JSON is no stored response either.
  }
  throw responseStoreUnavailable();
}
