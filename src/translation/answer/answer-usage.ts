import type { CompletionUsage } from 'openai/resources/completions';

import { addUsage, ZERO_USAGE, type Usage } from '../../usage/usage.ts';

/** Whether an answer speaks of thoughts in OpenAI's words only, or in those of `thinking` requests too. */
export type ThinkingFieldStyle = 'openai' | 'thinking';

/** OpenAI's usage with the field that `thinking` requests are answered with. */
export interface UsageWithThinking extends CompletionUsage {
  thinking_tokens?: number;
}

/** The account of one answer, from however many calls and pieces it came. */
export class AnswerUsage {
  private usage: Usage = ZERO_USAGE;
  private textLength = 0;
  private reasoningLength = 0;

  addText(text: string): void {
    this.textLength += text.length;
  }

  addReasoning(thoughts: string): void {
    this.reasoningLength += thoughts.length;
  }

  addUsage(usage: Usage): void {
    this.usage = addUsage(this.usage, usage);
  }

  /** Bedrock's `inputTokens` leaves out what the cache held; OpenAI's `prompt_tokens` counts it. */
  toUsage(wording: ThinkingFieldStyle): UsageWithThinking {
    const { input, output, cacheRead, cacheWrite } = this.usage;
    const prompt = input + cacheRead + cacheWrite;
    const reasoning = this.estimateReasoningTokens();
    return {
      prompt_tokens: prompt,
      completion_tokens: output,
      total_tokens: prompt + output,
      prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
      ...(this.reasoningLength > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
      ...(wording === 'thinking' && { thinking_tokens: reasoning }),
    };
  }

  /**
   * An estimate: Converse counts thoughts among the output tokens and gives no number of their own.
   * Their share of the characters is taken for their share of the tokens, whatever the language and
   * the tokenizer. Too low where the model shows a summary of longer thoughts (`display: summarized`).
   */
  private estimateReasoningTokens(): number {
    const length = this.textLength + this.reasoningLength;
    return length === 0 ? 0 : Math.round((this.usage.output * this.reasoningLength) / length);
  }
}
