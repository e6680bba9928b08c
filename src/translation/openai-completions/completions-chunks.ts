import type { CompletionChoice } from 'openai/resources/completions';

import { extrasAsJsonFields, type AnswerExtras } from '../answer/answer-extras.ts';
import type { UsageWithThinking } from '../answer/answer-usage.ts';
import type { AnswerOptions } from '../dialect.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

/** The chunks of one answer as JSON text, written around the same constant opening as chat chunks. */
export class CompletionsChunks {
  private readonly opening: string;
  private readonly usageField: string;

  constructor(reply: AnswerOptions, usage: 'included' | 'absent') {
    const identity = { id: `cmpl-${reply.id}`, object: 'text_completion', created: reply.created };
    this.opening = `${JSON.stringify({ ...identity, model: reply.model }).slice(0, -1)},"choices":[`;
    this.usageField = usage === 'included' ? ',"usage":null' : '';
  }

  text(index: number, text: string): SseFrame {
    return this.chunk(index, `"text":${JSON.stringify(text)}`);
  }

  reasoning(index: number, thoughts: string): SseFrame {
    return this.chunk(index, `"text":"","thinking":${JSON.stringify(thoughts)}`);
  }

  finish(index: number, reason: CompletionChoice['finish_reason']): SseFrame {
    return this.chunk(index, '"text":""', `"${reason}"`);
  }

  /** What belongs to no choice: the last chunk, or one before it where usage comes last. */
  extras(extras: AnswerExtras): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)}${this.usageField}}` };
  }

  usage(usage: UsageWithThinking, extras: AnswerExtras = {}): SseFrame {
    return { data: `${this.opening}]${extrasAsJsonFields(extras)},"usage":${JSON.stringify(usage)}}` };
  }

  private chunk(index: number, content: string, reason = 'null'): SseFrame {
    return {
      data: `${this.opening}{"index":${index},${content},"logprobs":null,"finish_reason":${reason}}]${this.usageField}}`,
    };
  }
}
