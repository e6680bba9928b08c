import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Calls of tools that Anthropic's servers run. */
const CALLS: readonly unknown[] = ['server_tool_use', 'mcp_tool_use'];
/** Fields of results that hold text; others are encrypted, or binary. */
const TEXTS = ['title', 'url', 'source', 'text', 'stdout', 'stderr', 'tool_name', 'error_code'];
const MOST_CHARACTERS = 20_000;
const MOST_LEVELS = 6;

/** Whether a block belongs to tools that Anthropic's servers run, or to its store of files: nothing of it is behind Bedrock. */
export function isServerBlock({ type }: JsonObject): boolean {
  if (typeof type !== 'string' || type === 'tool_result') return false;
  return CALLS.includes(type) || type.endsWith('_tool_result') || type === 'container_upload';
}

/**
 * A block that this model does not know, as text: calls of tools that Anthropic's servers run and their results, names of
 * found tools, search results. What cannot be read is named.
 */
export function serverBlockAsText(block: JsonObject): string {
  const { type, name, tool_name: found } = block;
  if (CALLS.includes(type)) return `[Called the tool ${String(name).slice(0, 100)}: ${inputOf(block['input'])}]`;
  if (type === 'tool_reference') return `[Found the tool ${String(found).slice(0, 200)}]`;
  const texts = textsIn(block, 0).join('\n').slice(0, MOST_CHARACTERS);
  if (texts === '') return type === 'container_upload' ? '[A file of a container]' : '[The tool answered.]';
  return type === 'search_result' ? texts : `[The tool answered: ${texts}]`;
}

function inputOf(input: unknown): string {
  return JSON.stringify(asRecord(input)).slice(0, MOST_CHARACTERS);
}

function textsIn(value: unknown, level: number): string[] {
  if (level > MOST_LEVELS) return [];
  if (Array.isArray(value)) return asRecordList(value).flatMap((entry) => textsIn(entry, level + 1));
  const fields = asRecord(value);
  const own = TEXTS.flatMap((name) => {
    const text = fields[name];
    return typeof text === 'string' && text.trim() !== '' ? [text] : [];
  });
  const { content } = fields;
  if (typeof content === 'string' && content.trim() !== '') return [...own, content];
  return [...own, ...(content === undefined ? [] : textsIn(content, level + 1))];
}
