import type { CompletionUsage } from 'openai/resources/completions';

import { addUsage, ZERO_USAGE, type Usage } from '../../usage/usage.ts';

/** Set of usage fields: OpenAI's only, or also `thinking_tokens`, for requests that use the field `thinking`. */
export type ThinkingFieldStyle = 'openai' | 'thinking';

/** OpenAI's usage with `thinking_tokens`, which requests that use the field `thinking` receive. */
export interface UsageWithThinking extends CompletionUsage {
  thinking_tokens?: number;
}

/** Sums the usage of one response over all of its upstream calls and stream events. */
export class AnswerUsage {
  private usage: Usage = ZERO_USAGE;
  private textLength = 0;
  private reasoningLength = 0;

  /** Adds output text, to estimate the share of reasoning. */
  addText(text: string): void {
    this.textLength += text.length;
  }

  /** Adds reasoning text, to estimate the share of reasoning. */
  addReasoning(text: string): void {
    this.reasoningLength += text.length;
  }

  /** Adds the usage of one upstream answer. */
  addUsage(usage: Usage): void {
    this.usage = addUsage(this.usage, usage);
  }

  /**
   * Returns OpenAI's usage. `prompt_tokens` includes tokens read from or written to the prompt cache, which Bedrock's
   * `inputTokens` excludes.
   */
  toUsage(style: ThinkingFieldStyle): UsageWithThinking {
    const { input, output, cacheRead, cacheWrite } = this.usage;
    const prompt = input + cacheRead + cacheWrite;
    const reasoning = this.estimateReasoningTokens();
    return {
      prompt_tokens: prompt,
      completion_tokens: output,
      total_tokens: prompt + output,
      prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
      ...(this.reasoningLength > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
      ...(style === 'thinking' && { thinking_tokens: reasoning }),
    };
  }

  /**
   * Estimates the reasoning tokens, because Converse counts them among the output tokens and reports no separate
   * number. Assumes that reasoning has the same share of the tokens as of the characters. The estimate is too low if
   * the model returns a summary of its reasoning (`display: summarized`).
   */
  private estimateReasoningTokens(): number {
    const length = this.textLength + this.reasoningLength;
    return length === 0 ? 0 : Math.round((this.usage.output * this.reasoningLength) / length);
  }
}
