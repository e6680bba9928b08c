import type { Block, CacheTtl, Conversation, Turn } from '../conversation.ts';
import type { MessageBlockJson, MessagesJson } from './messages-json.ts';
import { readThinking } from './read-converse.ts';

/** Converts a Messages body of valid shape to a conversation. */
export function readMessages(body: MessagesJson): Conversation {
  const custom = (body.tools ?? []).filter((tool) => tool.type === undefined || tool.type === 'custom');
  return {
    api: 'messages',
    system: blocksOf(body.system ?? []).flatMap((block) =>
      block.type === 'text' ? [{ text: block.text, cache: ttlOf(block) }] : [],
    ),
    turns: turnsOf(body.messages),
    tools: custom.map((tool) => ({
      name: tool.name,
      description: tool.description ?? '',
      schema: tool.input_schema,
      strict: tool.strict,
      cache: ttlOf(tool),
    })),
    builtInTools: (body.tools ?? []).filter((tool) => !custom.includes(tool)).map((tool) => tool.name),
    toolChoice:
      body.tool_choice?.type === 'tool'
        ? { type: 'tool', name: body.tool_choice.name ?? '' }
        : body.tool_choice && { type: body.tool_choice.type },
    oneToolAtMost: body.tool_choice?.disable_parallel_tool_use === true,
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stopSequences: body.stop_sequences ?? [],
    thinking: body.thinking && readThinking(body.thinking),
    effort: body.output_config?.effort,
    format: body.output_config?.format?.schema,
    betas: body.anthropic_beta ?? [],
    guarded: body['amazon-bedrock-guardrailConfig'] !== undefined,
  };
}

/** Converts messages to turns. The text of a system message counts as part of the turn before it. */
function turnsOf(messages: MessagesJson['messages']): Turn[] {
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    const blocks = blocksOf(content).map(readBlock);
    if (role === 'system') turns.at(-1)?.blocks.push(...blocks);
    else turns.push({ role, blocks });
  }
  return turns;
}

function blocksOf(content: string | MessageBlockJson[]): MessageBlockJson[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function readBlock(block: MessageBlockJson): Block {
  const cache = ttlOf(block);
  switch (block.type) {
    case 'text':
      return { kind: 'text', text: block.text, cache };
    case 'image':
      return { kind: 'image', ...imageOf(block.source), cache };
    case 'document':
      return {
        kind: 'document',
        name: block.title ?? '',
        bytes: sizeOf(block.source),
        ...formatOf(block.source),
        cache,
      };
    case 'tool_use':
      return { kind: 'tool-use', id: block.id, name: block.name, input: block.input, cache };
    case 'tool_result':
      return { ...readToolResult(block), cache };
    case 'thinking':
      return { kind: 'thinking', text: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { kind: 'redacted', data: block.data };
    case 'search_result':
    case 'server_tool_use':
    case 'tool_search_tool_result':
    case 'tool_reference':
    default:
      return { kind: 'other', name: block.type, cache };
  }
}

type ToolResult = Extract<MessageBlockJson, { type: 'tool_result' }>;

function readToolResult({ tool_use_id: id, is_error: isError = false, content = [] }: ToolResult): Block {
  const parts = blocksOf(content);
  return {
    kind: 'tool-result',
    id,
    isError,
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    onlyText: parts.every((part) => part.type === 'text'),
    images: parts.flatMap((part) => (part.type === 'image' ? [imageOf(part.source)] : [])),
  };
}

function sizeOf({ type, data = '' }: { type: string; data?: string }): number {
  return type === 'base64' ? Math.floor(data.length * 0.75) : data.length;
}

function formatOf({ media_type: type }: { media_type?: string }): { format?: string } {
  return type === 'application/pdf' ? { format: 'pdf' } : {};
}

function imageOf(source: { media_type?: string; data?: string }): { format: string; base64: string } {
  return { format: (source.media_type ?? '').replace('image/', ''), base64: source.data ?? '' };
}

function ttlOf(block: { cache_control?: { ttl?: string } }): CacheTtl | undefined {
  if (block.cache_control === undefined) return undefined;
  return block.cache_control.ttl === '1h' ? '1h' : '5m';
}
