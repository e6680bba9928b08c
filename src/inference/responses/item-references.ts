import { setImmediate as nextTurn } from 'node:timers/promises';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { aboveLimit } from '../../limits/limit-error.ts';
import type { RestoredContent } from '../../limits/restored-content.ts';
import { readStoredOutput, type Item } from './stored-response.ts';

/** The id of an item ends in the id of its response and the number of the item there. */
const OUTPUT_ID = /^[a-z]{1,32}_([0-9a-f]{32})\d{2,6}$/;

/** An item of a stored response, measured when it is used for the first time. */
interface FoundItem {
  item: Item;
  characters?: number;
}

type FoundItems = ReadonlyMap<unknown, FoundItem>;

/** Looks up references. */
export interface ReferenceSource {
  /** Returns the stored JSON of a response of the caller; undefined if there is none. */
  readonly read: (responseId: string) => Promise<string | undefined>;
  readonly restored: RestoredContent;
}

/**
 * Replaces references by the items of stored responses. Every response is read and parsed once, one after the other, so
 * that the memory in use does not grow with the number of references. A reference without a stored item stays; the
 * translation leaves it out and reports it. Throws GatewayError 400 with `param` for too many references and for too much
 * restored content.
 */
export async function withReferencedItems(items: readonly Item[], source: ReferenceSource): Promise<readonly Item[]> {
  const places = referencePlaces(items);
  if (places.length === 0) return items;
  const resolved = [...items];
  const byResponse = new Map<string, FoundItems>();
  for (const place of places) {
    const id = items[place]!['id'] as string;
    const param = `input[${place}].id`;
    const found = await find(id, byResponse, source, param);
    if (!found) continue;
    found.characters ??= JSON.stringify(found.item).length;
    source.restored.take(found.characters, param);
    resolved[place] = found.item;
  }
  return resolved;
}

function referencePlaces(items: readonly Item[]): readonly number[] {
  const limit = CONTENT_LIMITS.itemReferences;
  const places: number[] = [];
  items.forEach((item, index) => {
    const { type, id } = Object(item) as Item;
    if ((type ?? 'item_reference') === 'item_reference' && typeof id === 'string') places.push(index);
  });
  if (places.length > limit.max) throw aboveLimit(limit, 'input', places.length);
  return places;
}

async function find(
  id: string,
  byResponse: Map<string, FoundItems>,
  { read, restored }: ReferenceSource,
  param: string,
): Promise<FoundItem | undefined> {
  const responseId = OUTPUT_ID.exec(id)?.[1];
  if (responseId === undefined) return undefined;
  let found = byResponse.get(responseId);
  if (found === undefined) {
    const json = await read(`resp_${responseId}`);
    if (json === undefined) return undefined;
    // Other requests get their turn between two stored responses.
    await nextTurn();
    const { items, characters } = readStoredOutput(json);
    restored.take(characters, param);
    found = new Map(items.map((item) => [item['id'], { item }]));
    byResponse.set(responseId, found);
  }
  return found.get(id);
}
