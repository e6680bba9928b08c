import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Block types of calls to tools that Anthropic's servers run. */
const CALLS: readonly unknown[] = ['server_tool_use', 'mcp_tool_use'];
/** Fields of results that contain text. Other fields are encrypted or binary. */
const TEXTS = ['title', 'url', 'source', 'text', 'stdout', 'stderr', 'tool_name', 'error_code'];
/** Maximum characters of text that are kept of one block. */
const MAX_CHARACTERS = 20_000;
/** Maximum depth at which text is collected. */
const MAX_LEVELS = 6;

/**
 * Returns true if a block belongs to a tool that Anthropic's servers run, or to its file storage. Bedrock offers
 * neither.
 */
export function isServerBlock({ type }: JsonObject): boolean {
  if (typeof type !== 'string' || type === 'tool_result') return false;
  return CALLS.includes(type) || type.endsWith('_tool_result') || type === 'container_upload';
}

/**
 * Converts a block that the model does not accept to text: calls of server tools, their results, references to tools,
 * search results. Content that is not readable is replaced by a short note in brackets.
 */
export function serverBlockAsText(block: JsonObject): string {
  const { type, name, tool_name: found } = block;
  if (CALLS.includes(type)) return `[Called the tool ${String(name).slice(0, 100)}: ${inputOf(block['input'])}]`;
  if (type === 'tool_reference') return `[Found the tool ${String(found).slice(0, 200)}]`;
  const texts = textsIn(block, 0).join('\n').slice(0, MAX_CHARACTERS);
  if (texts === '') return type === 'container_upload' ? '[A file of a container]' : '[The tool answered.]';
  return type === 'search_result' ? texts : `[The tool answered: ${texts}]`;
}

function inputOf(input: unknown): string {
  return JSON.stringify(asRecord(input)).slice(0, MAX_CHARACTERS);
}

function textsIn(value: unknown, level: number): string[] {
  if (level > MAX_LEVELS) return [];
  if (Array.isArray(value)) return asRecordList(value).flatMap((entry) => textsIn(entry, level + 1));
  const fields = asRecord(value);
  const texts = TEXTS.flatMap((name) => {
    const text = fields[name];
    return typeof text === 'string' && text.trim() !== '' ? [text] : [];
  });
  const { content } = fields;
  if (typeof content === 'string' && content.trim() !== '') return [...texts, content];
  return [...texts, ...(content === undefined ? [] : textsIn(content, level + 1))];
}
