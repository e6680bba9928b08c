import { LRUCache } from 'lru-cache';
import type { Target } from '../models/model.ts';

/** About 150 bytes each. */
const MOST_CONVERSATIONS = 20_000;

/** A prompt that Bedrock was asked to keep. */
export interface Conversation {
  /** The same for every turn of it. */
  key: string;
  /** Milliseconds that the cached prompt lives after its last use. */
  lifeMs: number;
}

/** Which target has the prompt of a conversation in its cache, as far as this process has sent it there. */
export class WarmTargets {
  private readonly targets: LRUCache<string, string>;

  constructor(now?: () => number) {
    this.targets = new LRUCache<string, string>({
      max: MOST_CONVERSATIONS,
      ttl: 1,
      ...(now && { perf: { now }, ttlResolution: 0 }),
    });
  }

  of({ key }: Conversation, targets: readonly Target[]): Target | undefined {
    const id = this.targets.get(key);
    return id === undefined ? undefined : targets.find((target) => target.id === id);
  }

  /** Every use lengthens the life of what is cached. */
  used({ key, lifeMs }: Conversation, target: Target): void {
    this.targets.set(key, target.id, { ttl: lifeMs });
  }
}
