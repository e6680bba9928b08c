import { CONTENT_LIMITS } from './content-limits.ts';
import { aboveLimit } from './limit-error.ts';

/** The content that one request restores by reference. The same reference counts every time it is used. */
export class RestoredContent {
  private characters = 0;

  /** Throws GatewayError 400 with `param` when the total is above the limit. */
  take(characters: number, param: string): void {
    this.characters += characters;
    const limit = CONTENT_LIMITS.restoredContent;
    if (this.characters > limit.most) throw aboveLimit(limit, param, this.characters);
  }
}
