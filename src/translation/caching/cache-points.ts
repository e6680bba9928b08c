import type { ModelRules } from '../../models/types/model.ts';
import type { CachePoint, CacheTtl } from '../content/cache-control.ts';
import { estimateBlock, estimateTokens } from '../../wire/token-estimate.ts';
import type { ContentBlock, ConverseRequest } from '../../wire/converse.ts';

/** Maximum cache points of a request. "A maximum of 4 blocks with cache_control may be provided." */
const MAX_POINTS = 4;
/**
 * Number of the last user turns that get a cache point: the entry that the previous request wrote, and the one that the
 * next request reads.
 */
const CACHED_USER_TURNS = 2;

/** The parts of a Converse request that can contain cache points. */
export type PromptWithCachePoints = Pick<ConverseRequest, 'toolConfig' | 'system' | 'messages'>;

/** Options for the placement of cache points. */
export interface CacheOptions {
  /** Whether the gateway adds cache points to those of the client. */
  auto: 'on' | 'off';
  /** Lifetime of cache points that name none, and of those that the gateway adds. */
  ttl: CacheTtl;
}

/** Change to the client's cache points, as a value of `x-outcrop-adjusted`. */
export type CachePointAdjustment = 'dropped' | 'limited_to_4' | 'ttl_5m' | 'ttl_1h' | 'moved';

/** A prompt with its cache points, and the change to the client's own points if there was one. */
export interface PlacedCachePoints {
  prompt: PromptWithCachePoints;
  repair?: CachePointAdjustment;
}

/** One of the lists that form the prompt, in Bedrock's order: tools, system, turns. */
interface Part {
  kind: 'tools' | 'system' | 'user' | 'assistant';
  /** The list without its cache points. */
  blocks: readonly object[];
}

/** A cache point after the first `after` blocks of a part. `part`: index of the part. */
interface Point {
  part: number;
  after: number;
  ttl: CacheTtl | undefined;
  by: 'client' | 'gateway';
}

/**
 * Arranges the cache points of a prompt: the client's first, then the gateway's after tools, system and the last user
 * turns. The gateway adds a point only where the estimated tokens reach the model's minimum. Points that the model
 * rejects are dropped.
 * At most four points remain, those of an hour before those of five minutes. Everything except cache points stays
 * unchanged.
 */
export function placeCachePoints(
  prompt: PromptWithCachePoints,
  options: CacheOptions,
  rules: ModelRules,
): PlacedCachePoints {
  if (options.auto === 'off' && !hasPoints(prompt)) return { prompt };
  const { parts, points: all, moved } = separateCachePoints(prompt);
  const supported = all.filter(({ part }) => canHavePoint(parts[part], rules));
  const kept =
    supported.length > MAX_POINTS ? [...supported.slice(0, 1), ...supported.slice(1 - MAX_POINTS)] : supported;
  const added = options.auto === 'on' ? suggestPoints(parts, kept, rules) : [];
  const points = [...kept, ...added].toSorted((a, b) => a.part - b.part || a.after - b.after);
  const timed = withTimes(points, options.ttl, rules);
  const repair = repairOf({ all, supported, kept }, points, timed, options.ttl) ?? (moved ? 'moved' : undefined);
  return { prompt: insertCachePoints(prompt, parts, timed), ...(repair && { repair }) };
}

function hasPoints({ toolConfig, system, messages }: PromptWithCachePoints): boolean {
  return (
    toolConfig?.tools?.some(isPoint) === true ||
    system?.some(isPoint) === true ||
    messages?.some(({ content }) => content?.some(isPoint)) === true
  );
}

/**
 * Separates the prompt's blocks and cache points. Drops points with no block before them in their list, which Bedrock
 * rejects.
 */
function separateCachePoints(prompt: PromptWithCachePoints): { parts: Part[]; points: Point[]; moved: boolean } {
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
  const placed = points.flatMap((point) => awayFromDocuments(point, parts) ?? []);
  const moved = points.length !== placed.length || placed.some((point, index) => point !== points[index]);
  return { parts, points: moved ? placed.reduce(merged, []) : points, moved };
}

/**
 * Returns the point at a position that the model accepts. Claude rejects a point directly after a document
 * ("messages.N.content.M.type: Field required", BerriAI/litellm#18068). The point moves after the next other block of
 * the turn, or before the documents. Returns undefined if the turn contains documents only.
 */
function awayFromDocuments(point: Point, parts: readonly Part[]): Point | undefined {
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

/** Adds a point. Two points at one position become one with the longer lifetime. */
function addPoint(points: Point[], point: Point): void {
  const last = points.at(-1);
  if (last?.part !== point.part || last.after !== point.after) points.push(point);
  else if (point.ttl === '1h') last.ttl = '1h';
}

function isPoint(entry: object): entry is CachePoint {
  return 'cachePoint' in entry && entry.cachePoint !== undefined;
}

function canHavePoint(part: Part | undefined, rules: ModelRules): boolean {
  if (rules.cacheMinTokens === undefined || part === undefined) return false;
  return part.kind !== 'tools' || rules.cacheTools === true;
}

/**
 * Returns positions for the gateway's points, in order of priority: tools, system, then the last user turns from the
 * end.
 */
function suggestPoints(parts: readonly Part[], kept: readonly Point[], rules: ModelRules): Point[] {
  const users = parts.flatMap(({ kind }, index) => (kind === 'user' ? [index] : []));
  const places = [0, 1, ...users.slice(-CACHED_USER_TURNS).toReversed()];
  const tokens = tokensUpTo(parts);
  return places
    .filter((index) => canHavePoint(parts[index], rules) && (parts[index]?.blocks.length ?? 0) > 0)
    .filter((index) => (tokens[index] ?? 0) >= (rules.cacheMinTokens ?? Infinity))
    .map((index): Point => ({ part: index, after: parts[index]?.blocks.length ?? 0, ttl: undefined, by: 'gateway' }))
    .flatMap((point) => awayFromDocuments(point, parts) ?? [])
    .filter(({ part, after }) => !kept.some((point) => point.part === part && point.after === after))
    .slice(0, MAX_POINTS - kept.length);
}

/** Returns the estimated tokens of the prompt up to the end of each part. */
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
 * Sets the lifetime of each point. "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block":
 * a client's point of an hour extends all points before it, because its prefix contains theirs. The gateway's own
 * points of an hour become points of five minutes instead.
 */
function withTimes(points: readonly Point[], ttl: CacheTtl, rules: ModelRules): Point[] {
  const requested = points.map((point) => (rules.cacheLife === '1h' ? (point.ttl ?? ttl) : '5m'));
  const lastHour = points.findLastIndex(({ by }, index) => by === 'client' && requested[index] === '1h');
  const firstShort = requested.findIndex((time, index) => index > lastHour && time === '5m');
  const end = firstShort === -1 ? points.length : firstShort;
  return points.map((point, index) => ({ ...point, ttl: index < end ? '1h' : '5m' }));
}

function repairOf(
  { all, supported, kept }: Record<'all' | 'supported' | 'kept', readonly Point[]>,
  points: readonly Point[],
  timed: readonly Point[],
  ttl: CacheTtl,
): CachePointAdjustment | undefined {
  if (supported.length < all.length) return 'dropped';
  if (kept.length < supported.length) return 'limited_to_4';
  const changed = timed.find(({ by, ttl: time }, index) => by === 'client' && time !== (points[index]?.ttl ?? ttl));
  if (changed === undefined) return undefined;
  return changed.ttl === '1h' ? 'ttl_1h' : 'ttl_5m';
}

function insertCachePoints(
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
  // Each list contains the blocks that were taken from the same list of the prompt, so the types hold.
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

/**
 * Converts a point to a block. Five minutes are the default, so models without configurable lifetimes never receive a
 * `ttl`.
 */
function toBlock({ ttl }: Point): CachePoint {
  return { cachePoint: { type: 'default', ...(ttl === '1h' && { ttl }) } };
}
