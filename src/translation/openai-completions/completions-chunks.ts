import type { CompletionChoice } from 'openai/resources/completions';

import { extrasAsJsonFields, type AnswerExtras } from '../answer/answer-extras.ts';
import type { UsageWithThinking } from '../answer/answer-usage.ts';
import type { AnswerOptions } from '../dialect.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

/** Writes the chunks of one answer as JSON text. All chunks share a constant prefix, as in `ChatChunks`. */
export class CompletionsChunks {
  private readonly opening: string;
  private readonly usageField: string;

  constructor(reply: AnswerOptions, usage: 'included' | 'absent') {
    const identity = { id: `cmpl-${reply.id}`, object: 'text_completion', created: reply.created };
    this.opening = `${JSON.stringify({ ...identity, model: reply.model }).slice(0, -1)},"choices":[`;
    this.usageField = usage === 'included' ? ',"usage":null' : '';
  }

  /** Returns the chunk for a piece of text of choice `index`. */
  text(index: number, text: string): SseFrame {
    return this.chunk(index, `"text":${JSON.stringify(text)}`);
  }

  /** Returns the chunk for a piece of thinking of choice `index`. */
  reasoning(index: number, thinking: string): SseFrame {
    return this.chunk(index, `"text":"","thinking":${JSON.stringify(thinking)}`);
  }

  /** Returns the last chunk of choice `index`. */
  finish(index: number, reason: CompletionChoice['finish_reason']): SseFrame {
    return this.chunk(index, '"text":""', `"${reason}"`);
  }

  /** Returns a chunk without choices, for the extra fields of the whole answer. It follows the chunks of all choices. */
  extras(extras: AnswerExtras): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)}${this.usageField}}` };
  }

  /** Returns the chunk without choices that reports the usage, with the extra fields of the answer. */
  usage(usage: UsageWithThinking, extras: AnswerExtras = {}): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)},"usage":${JSON.stringify(usage)}}` };
  }

  private chunk(index: number, content: string, reason = 'null'): SseFrame {
    return {
      data: `${this.opening}{"index":${index},${content},"logprobs":null,"finish_reason":${reason}}]${this.usageField}}`,
    };
  }
}
