import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/** Maximum `cache_control` entries of a request (Anthropic's limit). */
const MAX_MARKS = 4;
/** Blocks that cannot have a `cache_control` (Anthropic, prompt caching). */
const UNMARKABLE = ['thinking', 'redacted_thinking'];

/**
 * Returns the body with `cache_control` as Bedrock accepts it: on blocks and tools only, with a supported `ttl` and no
 * other fields. A top-level `cache_control`, which Anthropic's servers apply to the last block, moves to that block.
 */
export function withCacheControl(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const { cache_control: automatic, ...rest } = mapMarks(body, (mark) => supportedMark(mark, rules, adjustments));
  if (automatic === undefined || automatic === null)
    return automatic === undefined ? rest : withoutField(rest, 'cache_control');
  const marked = countMarks(rest) < MAX_MARKS ? withMarkOnLastBlock(rest, automatic) : undefined;
  if (marked === undefined) adjustments.dropped('cache_control');
  else adjustments.changed('cache_control', 'moved_to_last_block');
  return marked ?? rest;
}

function supportedMark(mark: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const { type, ttl } = mark;
  const unsupported = Object.keys(mark).filter((name) => name !== 'type' && name !== 'ttl');
  const tooLong = ttl === '1h' && rules.cacheLife !== '1h';
  if (unsupported.length === 0 && !tooLong) return mark;
  for (const name of unsupported) {
    if (name === 'scope') adjustments.dropped('cache_control.scope');
    else adjustments.unknown(`cache_control.${name}`);
  }
  if (tooLong) adjustments.replaced('cache_control.ttl', '5m');
  return { type, ...(ttl !== undefined && !tooLong && { ttl }) };
}

/** Applies `change` to every `cache_control` of the body. Objects without one stay the same. */
function mapMarks(body: JsonObject, change: (mark: JsonObject) => JsonObject): JsonObject {
  const block = (value: unknown): unknown => {
    const fields = asRecord(value);
    const { cache_control: mark, content } = fields;
    const inner = Array.isArray(content) ? mapList(content, block) : content;
    if (mark === null)
      return { ...withoutField(fields, 'cache_control'), ...(content !== undefined && { content: inner }) };
    const changed = mark === undefined ? undefined : change(asRecord(mark));
    if (changed === mark && inner === content) return value;
    return {
      ...fields,
      ...(changed !== undefined && { cache_control: changed }),
      ...(inner !== content && { content: inner }),
    };
  };
  const { system, messages, tools, cache_control: top } = body;
  return {
    ...body,
    ...(Array.isArray(system) && { system: mapList(system, block) }),
    ...(Array.isArray(messages) && { messages: mapList(messages, block) }),
    ...(Array.isArray(tools) && { tools: mapList(tools, block) }),
    ...(typeof top === 'object' && top !== null && { cache_control: change(asRecord(top)) }),
  };
}

/** Maps a list. Returns the same list if nothing changed. */
function mapList(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const changed = values.map(change);
  return changed.every((value, index) => value === values[index]) ? values : changed;
}

function countMarks({ system, messages, tools }: JsonObject): number {
  const count = (values: unknown): number =>
    asRecordList(values).reduce<number>((marks, value) => {
      const { cache_control: mark, content } = asRecord(value);
      return marks + (mark === undefined ? 0 : 1) + count(content);
    }, 0);
  return count(system) + count(messages) + count(tools);
}

/** Returns the body with a mark on the last block; undefined if that block cannot have one. */
function withMarkOnLastBlock(body: JsonObject, mark: unknown): JsonObject | undefined {
  const messages = asRecordList(body['messages']);
  const last = asRecord(messages.at(-1));
  const { content } = last;
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : asRecordList(content);
  const block = asRecord(blocks.at(-1));
  if (blocks.length === 0 || UNMARKABLE.includes(String(block['type'])) || block['text'] === '') return undefined;
  if (block['cache_control'] !== undefined) return body;
  const marked = [...blocks.slice(0, -1), { ...block, cache_control: mark }];
  return { ...body, messages: [...messages.slice(0, -1), { ...last, content: marked }] };
}
