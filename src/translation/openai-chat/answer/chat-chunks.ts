import { extrasAsJsonFields, type AnswerExtras } from '../../answer/answer-extras.ts';
import type { CitationSources } from '../../answer/citations.ts';
import type { UsageWithThinking, ThinkingFieldStyle } from '../../answer/answer-usage.ts';
import type { AnswerOptions } from '../../dialect.ts';
import type { ThinkingBlock } from '../request/chat-thinking.ts';
import type { ChatFinishReason } from '../request/chat-tool-format.ts';
import type { ReasoningInclusion } from './reasoning-inclusion.ts';
import { NO_FRAMES, type SseFrame } from '../../../wire/sse-frame.ts';

/** Options of a request that change its chunks. */
export interface ChunkOptions {
  usage: 'included' | 'absent';
  thinkingStyle: ThinkingFieldStyle;
  reasoning: ReasoningInclusion;
}

/**
 * Writes the chunks of one answer as JSON text. The fields that all chunks share are serialized once, so a chunk of text
 * takes 0.15 µs instead of 1.2 µs for `JSON.stringify` of the whole object.
 */
export class ChatChunks {
  private readonly opening: string;
  private readonly usageField: string;
  private readonly options: ChunkOptions;

  constructor(reply: AnswerOptions, options: ChunkOptions) {
    const identity = { id: `chatcmpl-${reply.id}`, object: 'chat.completion.chunk', created: reply.created };
    this.opening = `${JSON.stringify({ ...identity, model: reply.model }).slice(0, -1)},"choices":[`;
    // With `include_usage`, every chunk but the last has `usage: null` (OpenAI specification, ChatCompletionStreamOptions).
    this.usageField = options.usage === 'included' ? ',"usage":null' : '';
    this.options = options;
  }

  /** Returns the first chunk of choice `index`. */
  role(index: number): SseFrame {
    return this.chunk(index, '"role":"assistant","content":"","refusal":null');
  }

  /** Returns the chunk for a piece of text. */
  text(index: number, text: string): SseFrame {
    return this.chunk(index, `"content":${JSON.stringify(text)}`);
  }

  /** Returns the chunk for a piece of thinking; none if the answer omits reasoning. */
  reasoning(index: number, thinking: string): readonly SseFrame[] {
    const { reasoning, thinkingStyle } = this.options;
    if (reasoning === 'omitted') return NO_FRAMES;
    const json = JSON.stringify(thinking);
    const fields =
      thinkingStyle === 'thinking' ? `"reasoning_content":${json},"thinking":${json}` : `"reasoning_content":${json}`;
    return [this.chunk(index, fields)];
  }

  /** Returns the chunk for a block of signed thinking; none if the answer omits reasoning. */
  thinkingBlock(index: number, block: ThinkingBlock): readonly SseFrame[] {
    return this.options.reasoning === 'omitted' ? NO_FRAMES : [this.delta(index, { thinking_blocks: [block] })];
  }

  /** Returns the chunk for rare deltas: tool calls, signed thinking, refusals. Serializes `fields` as a whole. */
  delta(index: number, fields: object): SseFrame {
    return this.chunk(index, JSON.stringify(fields).slice(1, -1));
  }

  /** Returns the last chunk of choice `index`. */
  finish(index: number, reason: ChatFinishReason): SseFrame {
    return this.chunk(index, '', `"${reason}"`);
  }

  /** Returns the chunk for the citations of a block. */
  sources(index: number, { annotations, citations }: CitationSources): SseFrame {
    const delta = [
      ...(annotations.length > 0 ? [`"annotations":${JSON.stringify(annotations)}`] : []),
      ...(citations.length > 0 ? [`"citations":${JSON.stringify(citations)}`] : []),
    ];
    return this.chunk(index, delta.join(','));
  }

  /** Returns a chunk without choices, for the extra fields of the whole answer. It follows the chunks of all choices. */
  extras(extras: AnswerExtras): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)}${this.usageField}}` };
  }

  /** Returns the chunk without choices that reports the usage, with the extra fields of the answer. */
  usage(usage: UsageWithThinking, extras: AnswerExtras = {}): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)},"usage":${JSON.stringify(usage)}}` };
  }

  private chunk(index: number, delta: string, reason = 'null'): SseFrame {
    return {
      data: `${this.opening}{"index":${index},"delta":{${delta}},"logprobs":null,"finish_reason":${reason}}]${this.usageField}}`,
    };
  }
}
