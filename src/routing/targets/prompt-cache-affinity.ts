import type { Target } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { Caller } from '../../request/caller.ts';

/** About 200 bytes each. */
const MOST_CONVERSATIONS = 20_000;

/** A conversation that is better off where it was. */
export interface CacheAffinity {
  /** The same for every turn of it. */
  key: string;
  /** Milliseconds after its last turn that this holds: as long as Bedrock keeps the prompt. */
  lifeMs: number;
}

/** Where a conversation was, as far as this process has sent it there. */
export interface LastTarget {
  /** Answered the last turn. */
  target: Target;
  /** Turns before it were answered in other accounts. */
  answeredInOtherAccounts: boolean;
}

interface Entry {
  id: string;
  answeredInOtherAccounts: boolean;
}

/**
 * Which target has the prompt of a conversation in its cache. Remembered for each API key: a key that begins its
 * conversations as another key does must not decide where the other key's conversations go, nor whether they keep their
 * thoughts.
 */
export class PromptCacheAffinity {
  private readonly entries: FairCache<Entry>;

  constructor(now?: () => number) {
    const limits = { maxEntries: MOST_CONVERSATIONS };
    this.entries = new FairCache<Entry>({ limits: () => limits, sizeOf: () => 1, now });
  }

  of(caller: Caller | undefined, conversation: CacheAffinity, targets: readonly Target[]): LastTarget | undefined {
    const entry = this.entries.get(nameOf(caller, conversation));
    const target = entry && targets.find(({ id }) => id === entry.id);
    return target && { target, answeredInOtherAccounts: entry.answeredInOtherAccounts };
  }

  /**
   * Every turn lengthens the life of what is cached. `before` is where the conversation was; the entry counts against the
   * share of the caller.
   */
  record(caller: Caller | undefined, conversation: CacheAffinity, target: Target, before?: LastTarget): void {
    const entry = { id: target.id, answeredInOtherAccounts: isCrossAccount(before, target) };
    this.entries.set(caller?.id ?? '', nameOf(caller, conversation), entry, conversation.lifeMs);
  }
}

function nameOf(caller: Caller | undefined, { key }: CacheAffinity): string {
  return `${caller?.id ?? ''} ${key}`;
}

/** Whether turns of the conversation were answered in another account than the target's. */
export function isCrossAccount(before: LastTarget | undefined, target: Target): boolean {
  return before !== undefined && (before.answeredInOtherAccounts || before.target.account !== target.account);
}
