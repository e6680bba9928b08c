import type { Target } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { Caller } from '../../request/caller.ts';
import { targetWithId } from './target-order.ts';

/** Maximum number of conversations. Each takes about 200 bytes. */
const MAX_CONVERSATIONS = 20_000;

/** A conversation that should stay at its target. */
export interface CacheAffinity {
  /** Equal for all turns of the conversation. */
  key: string;
  /** Milliseconds after its last turn for which Bedrock caches the prompt. */
  lifeMs: number;
}

/** The target of a conversation, as far as this process knows. */
export interface LastTarget {
  /** The target that answered the last turn. */
  target: Target;
  /** True if other accounts answered earlier turns. */
  answeredInOtherAccounts: boolean;
}

interface Entry {
  id: string;
  answeredInOtherAccounts: boolean;
}

/**
 * Remembers which target holds a conversation's prompt in its prompt cache, for each API key. A key whose conversations
 * begin as those of another key must not influence the targets of the other key, nor whether its conversations keep their
 * thinking.
 */
export class PromptCacheAffinity {
  private readonly entries: FairCache<Entry>;

  constructor(now?: () => number) {
    const limits = { maxEntries: MAX_CONVERSATIONS };
    this.entries = new FairCache<Entry>({ limits: () => limits, sizeOf: () => 1, now });
  }

  of(caller: Caller | undefined, conversation: CacheAffinity, targets: readonly Target[]): LastTarget | undefined {
    const entry = this.entries.get(nameOf(caller, conversation));
    const target = entry && targetWithId(targets, entry.id);
    return target && { target, answeredInOtherAccounts: entry.answeredInOtherAccounts };
  }

  /**
   * Records the target of a turn, and extends the lifetime of the entry. `before` is the target of the turn before. The
   * entry counts against the share of the caller.
   */
  record(caller: Caller | undefined, conversation: CacheAffinity, target: Target, before?: LastTarget): void {
    const entry = { id: target.id, answeredInOtherAccounts: isCrossAccount(before, target) };
    this.entries.set(caller?.id ?? '', nameOf(caller, conversation), entry, conversation.lifeMs);
  }
}

function nameOf(caller: Caller | undefined, { key }: CacheAffinity): string {
  return `${caller?.id ?? ''} ${key}`;
}

/** Returns true if an account other than that of `target` answered earlier turns of the conversation. */
export function isCrossAccount(before: LastTarget | undefined, target: Target): boolean {
  return before !== undefined && (before.answeredInOtherAccounts || before.target.account !== target.account);
}
