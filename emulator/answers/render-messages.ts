import type { StreamEvent } from '../http/stream.ts';
import { inputOf, piecesOf, piecesOfJson } from './answer.ts';
import type { Answer, AnswerBlock, Usage } from './answer.ts';
import { latencyOf } from './render-converse.ts';

/** Renders an answer as a body of Anthropic's Messages API. */
export function messageOutput(answer: Answer, modelId: string): object {
  return {
    ...head(answer, modelId),
    content: answer.blocks.map(contentBlock),
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence ?? null,
    usage: { ...inputUsage(answer.usage), ...outputUsage(answer.usage) },
  };
}

/** Renders an answer as the events of Anthropic's stream, each as the base64 bytes of a chunk. */
export function messageEvents(answer: Answer, modelId: string): StreamEvent[] {
  const { usage } = answer;
  return [
    chunk({
      type: 'message_start',
      message: {
        ...head(answer, modelId),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...inputUsage(usage), output_tokens: 1 },
      },
    }),
    ...answer.blocks.flatMap((block, index) => blockEvents(block, index)),
    chunk({
      type: 'message_delta',
      delta: { stop_reason: answer.stopReason, stop_sequence: answer.stopSequence ?? null },
      usage: outputUsage(usage),
    }),
    chunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics(answer) }),
  ];
}

/** Returns InvokeModel's headers of latency and usage. The input count excludes cached tokens (observed 2026). */
export function tokenHeaders(answer: Answer): Record<string, string> {
  const { usage } = answer;
  return {
    'x-amzn-bedrock-invocation-latency': String(latencyOf(answer)),
    'x-amzn-bedrock-input-token-count': String(usage.input),
    'x-amzn-bedrock-output-token-count': String(usage.output),
    'x-amzn-bedrock-cache-read-input-token-count': String(usage.cacheRead),
    'x-amzn-bedrock-cache-write-input-token-count': String(usage.cacheWrite),
  };
}

/** Encodes one event of Anthropic's stream as the payload of a frame. */
export function chunk(event: Record<string, unknown>): StreamEvent {
  const type = String(event.type);
  const part =
    type === 'message_start'
      ? 'start'
      : type === 'content_block_delta'
        ? 'delta'
        : type.startsWith('content_block')
          ? 'block'
          : 'stop';
  return { name: 'chunk', payload: { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }, part };
}

function head(answer: Answer, modelId: string): object {
  return {
    model: modelId.replace(/^anthropic\./, '').replace(/-v\d+(:\d+)?$/, ''),
    id: `msg_bdrk_${answer.id}`,
    type: 'message',
    role: 'assistant',
  };
}

function contentBlock(block: AnswerBlock): object {
  switch (block.kind) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: block.signature };
    case 'redacted':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool-use':
      return { type: 'tool_use', id: block.id, name: block.name, input: inputOf(block.json) };
  }
}

function blockEvents(block: AnswerBlock, index: number): StreamEvent[] {
  const begin = (content_block: object): StreamEvent => chunk({ type: 'content_block_start', index, content_block });
  const delta = (content: object): StreamEvent => chunk({ type: 'content_block_delta', index, delta: content });
  const stop = chunk({ type: 'content_block_stop', index });
  switch (block.kind) {
    case 'text':
      return [
        begin({ type: 'text', text: '' }),
        ...piecesOf(block.text).map((text) => delta({ type: 'text_delta', text })),
        stop,
      ];
    case 'thinking':
      return [
        begin({ type: 'thinking', thinking: '', signature: '' }),
        ...piecesOf(block.text).map((thinking) => delta({ type: 'thinking_delta', thinking })),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    case 'redacted':
      return [begin(contentBlock(block)), stop];
    case 'tool-use':
      return [
        begin({ type: 'tool_use', id: block.id, name: block.name, input: {} }),
        ...piecesOfJson(block.json).map((partial_json) => delta({ type: 'input_json_delta', partial_json })),
        stop,
      ];
  }
}

function inputUsage(usage: Usage): object {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.written['5m'], ephemeral_1h_input_tokens: usage.written['1h'] },
  };
}

function outputUsage(usage: Usage): object {
  return { output_tokens: usage.output, output_tokens_details: { thinking_tokens: usage.thinking } };
}

function metrics(answer: Answer): object {
  const { usage } = answer;
  return {
    inputTokenCount: usage.input,
    outputTokenCount: usage.output,
    invocationLatency: latencyOf(answer),
    firstByteLatency: 10,
    cacheReadInputTokenCount: usage.cacheRead,
    cacheWriteInputTokenCount: usage.cacheWrite,
  };
}
