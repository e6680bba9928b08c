import { parseExactly } from '../../wire/json/exact-json.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutLoneSurrogates } from '../content/text-blocks.ts';
import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import type { ToolUse } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Input of a call; Converse wants an object ("Provide a json object for the field and try again"). */
export type ToolInput = NonNullable<ToolUse['input']>;

/**
 * OpenAI's `arguments` as an object. Models and clients write what is not one: nothing at all is no input,
 * everything else is wrapped, text that is no JSON as it stands.
 */
export function parseToolArguments(value: unknown, adjustments: Adjustments): ToolInput {
  const parsed = typeof value === 'string' ? parse(value) : (value ?? {});
  const json = exceedsMaxDepth(parsed) ? asText(value) : parsed;
  const input = cleaned(json, adjustments) as ToolInput;
  if (isRecord(json)) return input;
  adjustments.changed('tool_calls.arguments', 'wrapped');
  return { value: input };
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return parseExactly(text);
  } catch {
    return text;
  }
}

/** Of arguments nobody could read again: the text of them, which only a client that broke the rules did not write. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : 'Too deeply nested to be told.';
}

/** Keys that are empty and half emojis are refused wherever they stand. */
function cleaned(value: unknown, adjustments: Adjustments): unknown {
  if (typeof value === 'string') return withoutLoneSurrogates(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, adjustments));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '');
  if (entries.length < Object.keys(value).length) adjustments.changed('tool_calls.arguments', 'empty_keys_dropped');
  return Object.fromEntries(entries.map(([key, item]) => [withoutLoneSurrogates(key), cleaned(item, adjustments)]));
}
