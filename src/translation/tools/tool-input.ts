import { parseExactly } from '../../wire/json/exact-json.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutLoneSurrogates } from '../content/text-blocks.ts';
import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import type { ToolUse } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Input of a tool call. Converse requires an object ("Provide a json object for the field and try again"). */
export type ToolInput = NonNullable<ToolUse['input']>;

/**
 * Parses OpenAI's `arguments` to an object. Blank text becomes an empty object. Other values, which models and clients
 * send, are wrapped as `{ value }` and reported: text that is not JSON as a string.
 */
export function parseToolArguments(value: unknown, adjustments: Adjustments): ToolInput {
  const parsed = typeof value === 'string' ? parse(value) : (value ?? {});
  const json = exceedsMaxDepth(parsed) ? asText(value) : parsed;
  const input = withoutInvalidKeys(json, adjustments) as ToolInput;
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

/**
 * Returns the text of arguments that are nested too deeply to be sent. A value that is no text cannot come from a
 * model.
 */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : 'The arguments are nested too deeply.';
}

/** Removes empty keys and lone surrogates, which Bedrock rejects at every depth. */
function withoutInvalidKeys(value: unknown, adjustments: Adjustments): unknown {
  if (typeof value === 'string') return withoutLoneSurrogates(value);
  if (Array.isArray(value)) return value.map((item) => withoutInvalidKeys(item, adjustments));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '');
  if (entries.length < Object.keys(value).length) adjustments.changed('tool_calls.arguments', 'empty_keys_dropped');
  return Object.fromEntries(
    entries.map(([key, item]) => [withoutLoneSurrogates(key), withoutInvalidKeys(item, adjustments)]),
  );
}
