import { createHash } from 'node:crypto';

import type { ModelRules } from '../../models/types/model.ts';

/** Ids of tool calls that Converse accepts (AWS API reference, ToolUseBlock). */
const ACCEPTED = /^[a-zA-Z0-9_.:-]{1,64}$/;
const NINE_ALPHANUMERIC = /^[a-zA-Z0-9]{9}$/;
/** Ids that InvokeModel accepts for Claude: "String should match pattern '^[a-zA-Z0-9_-]+$'". */
const LETTERS_DIGITS_DASHES = /^[a-zA-Z0-9_-]+$/;
/** Characters of a longer id that remain before the digest. */
const MAX_PREFIX = 47;

type IdForm = ModelRules['toolIdPattern'] | 'letters-digits-dashes';

/**
 * Assigns unique ids to the tool calls of one conversation. An id that the model rejects, or that occurred before
 * ("tool_use ids must be unique"), is replaced. The replacement is the same in every request, which keeps the prompt
 * cache valid.
 */
export class ToolCallIds {
  private readonly assigned = new Set<string>();
  /** Number of replacements by original id, because a conversation can repeat an id any number of times. */
  private readonly attempts = new Map<string, number>();
  private readonly form: IdForm;

  constructor(form: IdForm) {
    this.form = form;
  }

  /** Returns the id itself if it is accepted and unused, otherwise a replacement derived from it. */
  take(original: string): string {
    let id = original;
    while (!this.isAccepted(id) || this.assigned.has(id)) {
      const attempt = this.attempts.get(original) ?? 0;
      this.attempts.set(original, attempt + 1);
      id = this.derive(original, attempt);
    }
    this.assigned.add(id);
    return id;
  }

  private isAccepted(id: string): boolean {
    if (this.form === 'letters-digits-dashes') return LETTERS_DIGITS_DASHES.test(id);
    return (this.form === 'nine-alphanumeric' ? NINE_ALPHANUMERIC : ACCEPTED).test(id);
  }

  private derive(original: string, attempt: number): string {
    const digest = createHash('sha256').update(`${attempt} ${original}`).digest('base64url').replaceAll(/[_-]/g, '');
    if (this.form === 'nine-alphanumeric') return digest.slice(0, 9);
    const unsupported = this.form === 'letters-digits-dashes' ? /[^a-zA-Z0-9_-]/g : /[^a-zA-Z0-9_.:-]/g;
    const prefix = original.slice(0, MAX_PREFIX).replaceAll(unsupported, '_');
    return `${prefix}_${digest.slice(0, 16)}`;
  }
}
