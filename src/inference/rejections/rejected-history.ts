import { Injectable } from '@nestjs/common';
import { historyRejectionOf } from '../../bedrock/errors/history-rejections.ts';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { HistoryOmissions } from '../../translation/history/history-omissions.ts';

const NONE: HistoryOmissions = {};
const WITHOUT_ROLE: HistoryOmissions = { systemRole: 'rejected' };
const MAX_REMEMBERED = 1_000;
/** After six hours, the gateway sends the role once more, because models gain support for it. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;

/**
 * Decides which parts of the history the gateway omits after a rejection, so that a session survives a change of the model.
 * It remembers only the rejection of the role `system`, for the API key: a client can provoke such a rejection.
 */
@Injectable()
export class RejectedHistory {
  private readonly withoutRole = new FairCache<true>({ limits: () => ({ maxEntries: MAX_REMEMBERED }) });

  /** Returns the parts to omit in the first call. `owner` is the id of the API key. */
  known(owner: string, { name, rules }: Model): HistoryOmissions {
    const isKnown = rules.systemRole && this.withoutRole.size > 0 && this.withoutRole.get(keyOf(owner, name));
    return isKnown ? WITHOUT_ROLE : NONE;
  }

  /**
   * Returns the parts to omit after a failure, including `omitted`; undefined if the failure gives no reason to omit
   * more.
   */
  after(failure: unknown, omitted: HistoryOmissions, { rules }: Model): HistoryOmissions | undefined {
    const more = historyRejectionOf(failure);
    if (more === undefined) return undefined;
    if (Object.keys(more).some((part) => Object.hasOwn(omitted, part))) return undefined;
    if (more.systemRole && !rules.systemRole) return undefined;
    return { ...omitted, ...more };
  }

  /**
   * Remembers the rejection of the role, unless it is known. Call it only after the request has succeeded without the role.
   * A client can provoke the rejection, but not this success.
   */
  rememberRole(owner: string, model: Model): void {
    if (this.known(owner, model).systemRole === undefined) {
      this.withoutRole.set(owner, keyOf(owner, model.name), true, REMEMBERED_MS);
    }
  }
}

function keyOf(owner: string, model: string): string {
  return `${owner} ${model}`;
}
