import { CONTENT_LIMITS } from './content-limits.ts';
import { aboveLimit } from './limit-error.ts';

/** Counts the content that one request restores by reference. Repeated references count each time. */
export class RestoredContent {
  private characters = 0;

  /** Adds characters to the total. Throws GatewayError 400 with `param` if the total exceeds the limit. */
  take(characters: number, param: string): void {
    this.characters += characters;
    const limit = CONTENT_LIMITS.restoredContent;
    if (this.characters > limit.max) throw aboveLimit(limit, param, this.characters);
  }
}
