import { Injectable } from '@nestjs/common';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';

const MAX_REMEMBERED = 1_000;
/** Longer lists of flags are not remembered, because clients choose their length. */
const MAX_KEY_LENGTH = 1_024;
/** After six hours, the gateway sends the flags once more, because models gain support for them. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;

/** Request with beta flags, by which a rejection is remembered. */
export interface SentBetaFlags {
  /** Id of the API key. */
  owner: string;
  model: Model;
  /** Bedrock's operations accept different flags: CountTokens accepts other models and profiles than InvokeModel. */
  operation: string;
  /** The flags as the model receives them. */
  flags: readonly string[];
}

/**
 * Remembers which lists of beta flags Bedrock rejected. Bedrock does not name the rejected flag, so the whole list is
 * remembered. It is remembered for each model and API key, because clients choose their flags.
 */
@Injectable()
export class RejectedBetas {
  private readonly rejected = new FairCache<true>({ limits: () => ({ maxEntries: MAX_REMEMBERED }) });

  get isEmpty(): boolean {
    return this.rejected.size === 0;
  }

  has(sent: SentBetaFlags): boolean {
    return sent.flags.length > 0 && this.rejected.get(keyOf(sent)) === true;
  }

  /** Remembers the flags as rejected. Call it only after the request has succeeded without them. */
  remember(sent: SentBetaFlags): void {
    const key = keyOf(sent);
    if (key.length <= MAX_KEY_LENGTH) this.rejected.set(sent.owner, key, true, REMEMBERED_MS);
  }
}

function keyOf({ owner, operation, model, flags }: SentBetaFlags): string {
  return `${owner} ${operation} ${model.name} ${[...flags].sort().join(' ')}`;
}
