import type { Block, CacheTtl, Conversation, Thinking, Tool } from '../conversation.ts';
import type { ClaudeFields, ContentBlockJson, ConverseJson, ThinkingJson } from './converse-json.ts';

/** Converts a Converse body of valid shape to a conversation. */
export function readConverse(body: ConverseJson): Conversation {
  const extra = body.additionalModelRequestFields ?? {};
  const { tools, builtInTools } = readTools(body, extra);
  return {
    api: 'converse',
    system: readSystem(body),
    turns: (body.messages ?? []).map((message) => ({
      role: message.role === 'assistant' ? 'assistant' : 'user',
      blocks: readBlocks(message.content ?? []),
    })),
    tools,
    builtInTools,
    toolChoice: readToolChoice(body, extra),
    oneToolAtMost: extra.tool_choice?.disable_parallel_tool_use === true,
    ...readInference(body.inferenceConfig ?? {}),
    topK: extra.top_k,
    thinking: extra.thinking === undefined ? readReasoning(extra) : readThinking(extra.thinking),
    effort: body.outputConfig?.effort ?? extra.output_config?.effort,
    format: readFormat(body) ?? extra.output_config?.format?.schema,
    betas: extra.anthropic_beta ?? [],
    guarded: body.guardrailConfig !== undefined,
  };
}

type Inference = Pick<Conversation, 'maxTokens' | 'temperature' | 'topP' | 'stopSequences'>;

function readInference({
  maxTokens,
  temperature,
  topP,
  stopSequences = [],
}: NonNullable<ConverseJson['inferenceConfig']>): Inference {
  return { maxTokens, temperature, topP, stopSequences };
}

export function readThinking(thinking: ThinkingJson): Thinking {
  return {
    type: thinking.type,
    budget: thinking.budget_tokens,
    display: thinking.display,
    dropsMismatched: thinking.block_binding?.prefix_mismatch_behavior === 'drop_block',
  };
}

/** Reads the reasoning fields of model families other than Claude: Nova, DeepSeek, gpt-oss, GPT. */
function readReasoning(extra: ClaudeFields): Thinking | undefined {
  const asked = extra.reasoning_config ?? extra.reasoningConfig ?? extra.reasoning_effort ?? extra.reasoning;
  if (asked === undefined || asked === 'none' || (asked as { type?: string }).type === 'disabled') return undefined;
  return { type: 'enabled', dropsMismatched: false };
}

function readSystem(body: ConverseJson): Conversation['system'] {
  const system: Conversation['system'] = [];
  for (const part of body.system ?? []) {
    const last = system.at(-1);
    if (part.cachePoint !== undefined && last !== undefined) last.cache = ttlOf(part.cachePoint);
    else if (part.text !== undefined) system.push({ text: part.text });
    else if (part.guardContent?.text?.text !== undefined) system.push({ text: part.guardContent.text.text });
  }
  return system;
}

function readTools(body: ConverseJson, extra: ClaudeFields): { tools: Tool[]; builtInTools: string[] } {
  const tools: Tool[] = [];
  for (const entry of body.toolConfig?.tools ?? []) {
    const last = tools.at(-1);
    if (entry.cachePoint !== undefined && last !== undefined) last.cache = ttlOf(entry.cachePoint);
    const spec = entry.toolSpec;
    if (spec !== undefined)
      tools.push({
        name: spec.name ?? '',
        description: spec.description ?? '',
        schema: spec.inputSchema?.json,
        strict: spec.strict,
      });
  }
  return { tools, builtInTools: (extra.tools ?? []).map((tool) => tool.name ?? tool.type ?? '') };
}

function readToolChoice(body: ConverseJson, extra: ClaudeFields): Conversation['toolChoice'] {
  const choice = body.toolConfig?.toolChoice;
  if (choice?.tool !== undefined) return { type: 'tool', name: choice.tool.name ?? '' };
  if (choice?.any !== undefined) return { type: 'any' };
  if (choice?.auto !== undefined) return { type: 'auto' };
  const native = extra.tool_choice;
  if (native === undefined) return undefined;
  return native.type === 'tool' ? { type: 'tool', name: native.name ?? '' } : { type: native.type };
}

function readFormat(body: ConverseJson): unknown {
  const schema = body.outputConfig?.textFormat?.structure?.jsonSchema?.schema;
  if (schema === undefined) return undefined;
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    return schema;
  }
}

function readBlocks(content: ContentBlockJson[]): Block[] {
  const blocks: Block[] = [];
  for (const json of content) {
    const last = blocks.at(-1);
    if (json.cachePoint === undefined) blocks.push(readBlock(json));
    else if (last !== undefined) last.cache = ttlOf(json.cachePoint);
  }
  return blocks;
}

function readBlock(json: ContentBlockJson): Block {
  if (json.text !== undefined) return { kind: 'text', text: json.text };
  if (json.guardContent?.text?.text !== undefined)
    return { kind: 'text', text: json.guardContent.text.text, guarded: true };
  if (json.image !== undefined) return { kind: 'image', ...readImage(json.image) };
  if (json.document !== undefined) return readDocument(json.document);
  if (json.toolUse !== undefined) {
    const { toolUseId: id = '', name = '', input } = json.toolUse;
    return { kind: 'tool-use', id, name, input };
  }
  if (json.toolResult !== undefined) return readToolResult(json.toolResult);
  return readReasoningBlock(json) ?? { kind: 'other', name: Object.keys(json)[0] ?? '' };
}

function readReasoningBlock({ reasoningContent }: ContentBlockJson): Block | undefined {
  const { reasoningText, redactedContent } = reasoningContent ?? {};
  if (reasoningText !== undefined)
    return { kind: 'thinking', text: reasoningText.text ?? '', signature: reasoningText.signature };
  return redactedContent === undefined ? undefined : { kind: 'redacted', data: redactedContent };
}

function readImage({ format, source }: NonNullable<ContentBlockJson['image']>): {
  format: string;
  base64: string;
} {
  return { format: format ?? '', base64: source?.bytes ?? '' };
}

function readDocument({ format, source, name = '', citations }: NonNullable<ContentBlockJson['document']>): Block {
  const base64 = source?.bytes;
  const cites = citations?.enabled === true;
  if (base64 === undefined) return { kind: 'document', name, bytes: source?.text?.length ?? 0, cites };
  return { kind: 'document', name, bytes: Buffer.byteLength(base64, 'base64'), format, base64, cites };
}

function readToolResult({ toolUseId = '', content = [], status }: NonNullable<ContentBlockJson['toolResult']>): Block {
  const texts = content.map((part) => part.text ?? (part.json === undefined ? undefined : JSON.stringify(part.json)));
  return {
    kind: 'tool-result',
    id: toolUseId,
    text: texts.filter((one) => one !== undefined).join('\n'),
    isError: status === 'error',
    onlyText: !texts.includes(undefined),
    images: content.flatMap((part) => (part.image === undefined ? [] : [readImage(part.image)])),
  };
}

function ttlOf(point: { ttl?: string }): CacheTtl {
  return point.ttl === '1h' ? '1h' : '5m';
}
