import type { LimitedApi } from './request-limit.ts';

/** An entry of an array, with unvalidated fields. */
interface Entry {
  content?: unknown;
  tool_calls?: unknown;
  thinking_blocks?: unknown;
  reasoning_details?: unknown;
  output?: unknown;
  summary?: unknown;
  tools?: unknown;
}

interface Lists extends Entry {
  messages?: unknown;
  input?: unknown;
}

/**
 * Returns the number of entries of all limited arrays within entries of other arrays. Reading known fields takes 1 us for
 * 400 messages. Reading the paths of the table takes 100 us, and only bodies with long arrays need it.
 */
export function nestedEntries(api: LimitedApi, body: object): number {
  const { messages, input, tools } = body as Lists;
  switch (api) {
    case 'chat':
      return total(messages, chatEntries);
    case 'responses':
    case 'compact':
      return total(input, itemEntries) + total(tools, toolEntries);
    case 'messages':
    case 'countTokens':
      return total(messages, messageEntries);
    case 'completions':
    case 'embeddings':
    case 'moderations':
      return 0;
    default:
      return api satisfies never;
  }
}

function total(list: unknown, count: (entry: Entry) => number): number {
  if (!Array.isArray(list)) return 0;
  let entries = 0;
  for (const entry of list as unknown[]) {
    if (typeof entry === 'object' && entry !== null) entries += count(entry);
  }
  return entries;
}

function chatEntries(message: Entry): number {
  return (
    messageEntries(message) +
    lengthOf(message.tool_calls) +
    lengthOf(message.thinking_blocks) +
    lengthOf(message.reasoning_details)
  );
}

function itemEntries(item: Entry): number {
  return (
    lengthOf(item.content) +
    lengthOf(item.output) +
    lengthOf(item.summary) +
    lengthOf(item.tools) +
    total(item.tools, toolEntries)
  );
}

function messageEntries(message: Entry): number {
  return lengthOf(message.content) + total(message.content, contentEntries);
}

function toolEntries(tool: Entry): number {
  return lengthOf(tool.tools);
}

function contentEntries(block: Entry): number {
  return lengthOf(block.content);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
