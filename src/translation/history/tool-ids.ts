import { createHash } from 'node:crypto';

import type { ModelRules } from '../../models/types/model.ts';

/** What Converse takes as the id of a call (AWS API reference, ToolUseBlock). */
const ACCEPTED = /^[a-zA-Z0-9_.:-]{1,64}$/;
const NINE_ALPHANUMERIC = /^[a-zA-Z0-9]{9}$/;
/** What InvokeModel takes for Claude: "String should match pattern '^[a-zA-Z0-9_-]+$'". */
const LETTERS_DIGITS_DASHES = /^[a-zA-Z0-9_-]+$/;
/** What stays of a longer id beside what tells it apart. */
const READABLE = 47;

type IdForm = ModelRules['toolIdPattern'] | 'letters-digits-dashes';

/**
 * The ids of one conversation's calls, each given out once. An id that the model refuses, or that the client
 * used before ("tool_use ids must be unique"), becomes another one, the same in every request.
 */
export class ToolCallIds {
  private readonly given = new Set<string>();
  /** How often another id was made from one: a conversation may repeat its ids without end. */
  private readonly attempts = new Map<string, number>();
  private readonly form: IdForm;

  constructor(form: IdForm) {
    this.form = form;
  }

  /** The id itself where it is free and accepted, else one made from it. */
  take(wanted: string): string {
    let id = wanted;
    while (!this.isAccepted(id) || this.given.has(id)) {
      const attempt = this.attempts.get(wanted) ?? 0;
      this.attempts.set(wanted, attempt + 1);
      id = this.derive(wanted, attempt);
    }
    this.given.add(id);
    return id;
  }

  private isAccepted(id: string): boolean {
    if (this.form === 'letters-digits-dashes') return LETTERS_DIGITS_DASHES.test(id);
    return (this.form === 'nine-alphanumeric' ? NINE_ALPHANUMERIC : ACCEPTED).test(id);
  }

  private derive(wanted: string, attempt: number): string {
    const digest = createHash('sha256').update(`${attempt} ${wanted}`).digest('base64url').replaceAll(/[_-]/g, '');
    if (this.form === 'nine-alphanumeric') return digest.slice(0, 9);
    const odd = this.form === 'letters-digits-dashes' ? /[^a-zA-Z0-9_-]/g : /[^a-zA-Z0-9_.:-]/g;
    const readable = wanted.slice(0, READABLE).replaceAll(odd, '_');
    return `${readable}_${digest.slice(0, 16)}`;
  }
}
