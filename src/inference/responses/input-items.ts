import { badRequest } from '../../errors/errors.ts';

type Item = Readonly<Record<string, unknown>>;

/** A page of items, in OpenAI's form. */
export interface InputItemPage {
  object: 'list';
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

export interface InputItemPageQuery {
  after?: string;
  limit?: string;
  order?: string;
}

const DEFAULT_LIMIT = 20;
const MAX_PAGE_SIZE = 100;

/** Returns an input as a list of items, each with a type. */
export function toInputItems(input: unknown): Item[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return (Array.isArray(input) ? (input as Item[]) : []).map((item) =>
    typeof item === 'object' && item !== null && 'role' in item && item['type'] === undefined
      ? { type: 'message', ...item }
      : item,
  );
}

/**
 * Returns one page of the input of a response, newest item first as in OpenAI's API. An item without an id gets one that
 * contains its position.
 */
export function pageOfInputItems(responseId: string, items: readonly Item[], query: InputItemPageQuery): InputItemPage {
  const listed = items.map((item, index) => listedItem(item, `item_${responseId.slice('resp_'.length)}${index}`));
  const ordered = orderOf(query.order) === 'asc' ? listed : listed.toReversed();
  const start = query.after === undefined ? 0 : placeAfter(ordered, query.after);
  const limit = limitOf(query.limit);
  const data = ordered.slice(start, start + limit);
  const idAt = (index: number): string | null => (data.at(index)?.['id'] as string | undefined) ?? null;
  return {
    object: 'list',
    data,
    first_id: idAt(0),
    last_id: idAt(-1),
    has_more: start + limit < ordered.length,
  };
}

function listedItem(item: Item, id: string): Item {
  const { role, content } = item;
  const named = { ...item, id: typeof item['id'] === 'string' ? item['id'] : id };
  if (item['type'] !== 'message' || typeof content !== 'string') return named;
  const part = role === 'assistant' ? { type: 'output_text', text: content, annotations: [], logprobs: [] } : undefined;
  return { ...named, status: 'completed', content: [part ?? { type: 'input_text', text: content }] };
}

function placeAfter(items: readonly Item[], id: string): number {
  const place = items.findIndex((item) => item['id'] === id);
  if (place < 0) throw badRequest('`after` must be the id of an item of this response.', 'after');
  return place + 1;
}

function orderOf(order = 'desc'): 'asc' | 'desc' {
  if (order === 'asc' || order === 'desc') return order;
  throw badRequest('order must be asc or desc.', 'order');
}

function limitOf(limit: string | undefined): number {
  const number = limit === undefined ? DEFAULT_LIMIT : Number(limit);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_PAGE_SIZE) return number;
  throw badRequest(`limit must be a whole number from 1 to ${MAX_PAGE_SIZE}.`, 'limit');
}
