import type { ModelRules } from '../../models/types/model.ts';
import type { CachePoint, CacheTtl } from '../content/cache-control.ts';
import { estimateBlock, estimateTokens } from '../../wire/token-estimate.ts';
import type { ContentBlock, ConverseRequest } from '../../wire/converse.ts';

/** "A maximum of 4 blocks with cache_control may be provided." */
const MOST_POINTS = 4;
/** So many of the last user turns get a point: what the last request wrote, and what the next one will read. */
const TURNS_THAT_STAY = 2;

export type PromptWithCachePoints = Pick<ConverseRequest, 'toolConfig' | 'system' | 'messages'>;

export interface CacheOptions {
  /** Whether points are added to those of the client. */
  auto: 'on' | 'off';
  /** Of points that name no time, and of those that are added. */
  ttl: CacheTtl;
}

/** What became of the client's own points, in the words of `x-outcrop-adjusted`. */
export type CachePointAdjustment = 'dropped' | 'limited_to_4' | 'ttl_5m' | 'ttl_1h' | 'moved';

export interface PlacedCachePoints {
  prompt: PromptWithCachePoints;
  repair?: CachePointAdjustment;
}

/** One of the lists of which Bedrock makes the prompt, in its order: tools, system, turns. */
interface Part {
  kind: 'tools' | 'system' | 'user' | 'assistant';
  /** Without cache points. */
  blocks: readonly object[];
}

/** A cache point behind the first `after` blocks of a part. */
interface Point {
  part: number;
  after: number;
  ttl: CacheTtl | undefined;
  by: 'client' | 'gateway';
}

/**
 * Puts the prompt's cache points where the model takes them: the client's own first, then what the gateway adds
 * behind tools, system and the last user turns, wherever the estimate reaches the model's minimum. At most four, those
 * of an hour before those of five minutes; nothing but cache points is moved, added or taken away.
 */
export function placeCachePoints(
  prompt: PromptWithCachePoints,
  wish: CacheOptions,
  rules: ModelRules,
): PlacedCachePoints {
  if (wish.auto === 'off' && !hasPoints(prompt)) return { prompt };
  const { parts, points: found, moved } = takeApart(prompt);
  const own = found.filter(({ part }) => mayStand(parts[part], rules));
  const kept = own.length > MOST_POINTS ? [...own.slice(0, 1), ...own.slice(1 - MOST_POINTS)] : own;
  const added = wish.auto === 'on' ? suggestions(parts, kept, rules) : [];
  const points = [...kept, ...added].toSorted((a, b) => a.part - b.part || a.after - b.after);
  const timed = withTimes(points, wish.ttl, rules);
  const repair = repairOf({ found, own, kept }, points, timed, wish.ttl) ?? (moved ? 'moved' : undefined);
  return { prompt: putTogether(prompt, parts, timed), ...(repair && { repair }) };
}

function hasPoints({ toolConfig, system, messages }: PromptWithCachePoints): boolean {
  return (
    toolConfig?.tools?.some(isPoint) === true ||
    system?.some(isPoint) === true ||
    messages?.some(({ content }) => content?.some(isPoint)) === true
  );
}

/** Points with nothing before them in their list are none: Bedrock would refuse them. */
function takeApart(prompt: PromptWithCachePoints): { parts: Part[]; points: Point[]; moved: boolean } {
  const lists: [Part['kind'], readonly object[]][] = [
    ['tools', prompt.toolConfig?.tools ?? []],
    ['system', prompt.system ?? []],
    ...(prompt.messages ?? []).map(({ role, content }): [Part['kind'], readonly object[]] => [
      role === 'assistant' ? 'assistant' : 'user',
      content ?? [],
    ]),
  ];
  const points: Point[] = [];
  const parts = lists.map(([kind, list], part) => {
    const blocks: object[] = [];
    for (const entry of list) {
      if (!isPoint(entry)) blocks.push(entry);
      else if (blocks.length > 0)
        addPoint(points, { part, after: blocks.length, ttl: entry.cachePoint.ttl, by: 'client' });
    }
    return { kind, blocks };
  });
  const placed = points.flatMap((point) => besideDocuments(point, parts) ?? []);
  const moved = points.length !== placed.length || placed.some((point, index) => point !== points[index]);
  return { parts, points: moved ? placed.reduce(merged, []) : points, moved };
}

/**
 * The point at a place where the model accepts it. Directly behind a document Claude refuses it
 * ("messages.N.content.M.type: Field required", BerriAI/litellm#18068): it moves behind the next other block of the turn,
 * else in front of the documents. Undefined where a turn holds nothing but documents.
 */
function besideDocuments(point: Point, parts: readonly Part[]): Point | undefined {
  const blocks = parts[point.part]?.blocks ?? [];
  if (!isDocument(blocks[point.after - 1])) return point;
  const next = blocks.findIndex((block, index) => index >= point.after && !isDocument(block));
  if (next >= 0) return { ...point, after: next + 1 };
  const before = blocks.findLastIndex((block, index) => index < point.after && !isDocument(block)) + 1;
  return before > 0 ? { ...point, after: before } : undefined;
}

function isDocument(block: object | undefined): boolean {
  return block !== undefined && 'document' in block && block.document !== undefined;
}

function merged(points: Point[], point: Point): Point[] {
  addPoint(points, point);
  return points;
}

/** Two points at one place are one, for the longer of their times. */
function addPoint(points: Point[], point: Point): void {
  const last = points.at(-1);
  if (last?.part !== point.part || last.after !== point.after) points.push(point);
  else if (point.ttl === '1h') last.ttl = '1h';
}

function isPoint(entry: object): entry is CachePoint {
  return 'cachePoint' in entry && entry.cachePoint !== undefined;
}

function mayStand(part: Part | undefined, rules: ModelRules): boolean {
  if (rules.cacheMinTokens === undefined || part === undefined) return false;
  return part.kind !== 'tools' || rules.cacheTools === true;
}

/** Places for further points, the most lasting first: tools, system, the last user turns from the end. */
function suggestions(parts: readonly Part[], kept: readonly Point[], rules: ModelRules): Point[] {
  const users = parts.flatMap(({ kind }, index) => (kind === 'user' ? [index] : []));
  const places = [0, 1, ...users.slice(-TURNS_THAT_STAY).toReversed()];
  const tokens = tokensUpTo(parts);
  return places
    .filter((index) => mayStand(parts[index], rules) && (parts[index]?.blocks.length ?? 0) > 0)
    .filter((index) => (tokens[index] ?? 0) >= (rules.cacheMinTokens ?? Infinity))
    .map((index): Point => ({ part: index, after: parts[index]?.blocks.length ?? 0, ttl: undefined, by: 'gateway' }))
    .flatMap((point) => besideDocuments(point, parts) ?? [])
    .filter(({ part, after }) => !kept.some((point) => point.part === part && point.after === after))
    .slice(0, MOST_POINTS - kept.length);
}

/** Estimated tokens of the prompt up to the end of each part. */
function tokensUpTo(parts: readonly Part[]): number[] {
  let tokens = 0;
  return parts.map(({ kind, blocks }) => {
    for (const block of blocks) {
      tokens += kind === 'tools' ? estimateTokens(JSON.stringify(block)) : estimateBlock(block);
    }
    return tokens;
  });
}

/**
 * "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block": the client's hour draws what
 * stands before it along, since a prefix that lives an hour is needed as long; our own points give way.
 */
function withTimes(points: readonly Point[], ttl: CacheTtl, rules: ModelRules): Point[] {
  const wanted = points.map((point) => (rules.cacheLife === '1h' ? (point.ttl ?? ttl) : '5m'));
  const lastHour = points.findLastIndex(({ by }, index) => by === 'client' && wanted[index] === '1h');
  const firstShort = wanted.findIndex((time, index) => index > lastHour && time === '5m');
  const end = firstShort === -1 ? points.length : firstShort;
  return points.map((point, index) => ({ ...point, ttl: index < end ? '1h' : '5m' }));
}

function repairOf(
  { found, own, kept }: Record<'found' | 'own' | 'kept', readonly Point[]>,
  points: readonly Point[],
  timed: readonly Point[],
  ttl: CacheTtl,
): CachePointAdjustment | undefined {
  if (own.length < found.length) return 'dropped';
  if (kept.length < own.length) return 'limited_to_4';
  const changed = timed.find(({ by, ttl: time }, index) => by === 'client' && time !== (points[index]?.ttl ?? ttl));
  if (changed === undefined) return undefined;
  return changed.ttl === '1h' ? 'ttl_1h' : 'ttl_5m';
}

function putTogether(
  prompt: PromptWithCachePoints,
  parts: readonly Part[],
  points: readonly Point[],
): PromptWithCachePoints {
  const lists = parts.map(({ blocks }, part) => {
    const here = points.filter((point) => point.part === part);
    if (here.length === 0) return blocks;
    return blocks.flatMap((block, index) => {
      const point = here.find(({ after }) => after === index + 1);
      return point === undefined ? [block] : [block, toBlock(point)];
    });
  });
  // The blocks are those that were taken out of these very lists.
  const [tools, system, ...turns] = lists as unknown as [ToolList, SystemList, ...ContentBlock[][]];
  return {
    ...(prompt.toolConfig && { toolConfig: { ...prompt.toolConfig, tools } }),
    ...(prompt.system && { system }),
    ...(prompt.messages && {
      messages: prompt.messages.map((message, index) => ({ ...message, content: turns[index] ?? [] })),
    }),
  };
}

type ToolList = NonNullable<PromptWithCachePoints['toolConfig']>['tools'];
type SystemList = NonNullable<PromptWithCachePoints['system']>;

/** Five minutes are what a point without a time means: models that know no times never see one. */
function toBlock({ ttl }: Point): CachePoint {
  return { cachePoint: { type: 'default', ...(ttl === '1h' && { ttl }) } };
}
