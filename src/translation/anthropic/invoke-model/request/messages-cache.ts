import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

/** Anthropic's limit for one request. */
const MOST_MARKS = 4;
/** Blocks that cannot be marked (Anthropic, prompt caching). */
const UNMARKABLE = ['thinking', 'redacted_thinking'];

/**
 * `cache_control` as Bedrock takes it: on blocks and tools, with a `ttl` that the model has, and nothing else in it.
 * The one at the top, by which Anthropic marks the last block itself, is put there.
 */
export function withCacheControl(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const { cache_control: automatic, ...rest } = mapped(body, (mark) => fitted(mark, rules, adjustments));
  if (automatic === undefined || automatic === null)
    return automatic === undefined ? rest : withoutField(rest, 'cache_control');
  const marked = countMarks(rest) < MOST_MARKS ? withMarkAtTheEnd(rest, automatic) : undefined;
  if (marked === undefined) adjustments.dropped('cache_control');
  else adjustments.changed('cache_control', 'moved_to_last_block');
  return marked ?? rest;
}

function fitted(mark: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const { type, ttl } = mark;
  const foreign = Object.keys(mark).filter((name) => name !== 'type' && name !== 'ttl');
  const tooLong = ttl === '1h' && rules.cacheLife !== '1h';
  if (foreign.length === 0 && !tooLong) return mark;
  for (const name of foreign) {
    if (name === 'scope') adjustments.dropped('cache_control.scope');
    else adjustments.unknown(`cache_control.${name}`);
  }
  if (tooLong) adjustments.replaced('cache_control.ttl', '5m');
  return { type, ...(ttl !== undefined && !tooLong && { ttl }) };
}

/** Every `cache_control` of the body through `change`; what has none stays the same object. */
function mapped(body: JsonObject, change: (mark: JsonObject) => JsonObject): JsonObject {
  const block = (value: unknown): unknown => {
    const fields = asRecord(value);
    const { cache_control: mark, content } = fields;
    const inner = Array.isArray(content) ? each(content, block) : content;
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
    ...(Array.isArray(system) && { system: each(system, block) }),
    ...(Array.isArray(messages) && { messages: each(messages, block) }),
    ...(Array.isArray(tools) && { tools: each(tools, block) }),
    ...(typeof top === 'object' && top !== null && { cache_control: change(asRecord(top)) }),
  };
}

/** The same list where nothing in it changed. */
function each(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
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

/** Undefined where the last block is marked already, or cannot be. */
function withMarkAtTheEnd(body: JsonObject, mark: unknown): JsonObject | undefined {
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
