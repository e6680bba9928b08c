import type { ToolResult, ToolUse } from '../../wire/converse.ts';

/** A tool call of the history, with the index of its turn and the result that was matched to it. */
export interface PendingToolCall {
  turn: number;
  use: ToolUse;
  /** Id that the call and its result are sent with. */
  id: string;
  result?: ToolResult;
}

/** Calls with one id in one turn. The first call without a result is at the end. */
type Group = PendingToolCall[];

/** All calls with one id. */
interface CallsOfId {
  /** Turns that the search has not reached yet. The next one is at the end. */
  ahead: Group[];
  /** Turns that the search has passed and that have calls without a result. The nearest one is at the end. */
  passed: Group[];
  all: readonly PendingToolCall[];
  /** Number of calls at the beginning of `all` that have a result. */
  answered: number;
}

/**
 * Matches results to the tool calls of a conversation. Each lookup has constant amortized cost, however often a client
 * repeats an id.
 */
export class PendingToolCalls {
  private readonly byId = new Map<string, CallsOfId>();

  constructor(calls: readonly PendingToolCall[]) {
    for (const [id, all] of Map.groupBy(calls, ({ use }) => use.toolUseId ?? '')) {
      const turns = [...Map.groupBy(all, ({ turn }) => turn).values()];
      this.byId.set(id, {
        ahead: turns.map((group) => group.toReversed()).toReversed(),
        passed: [],
        all,
        answered: 0,
      });
    }
  }

  /**
   * Removes and returns the first call without a result from the nearest turn before `turn`; undefined if there is
   * none. `turn` must not decrease between calls.
   */
  takeNearest({ toolUseId = '' }: ToolResult, turn: number): PendingToolCall | undefined {
    const sameId = this.byId.get(toolUseId);
    if (!sameId) return undefined;
    for (let next = sameId.ahead.at(-1); next && next[0]!.turn < turn; next = sameId.ahead.at(-1)) {
      sameId.passed.push(next);
      sameId.ahead.pop();
    }
    const call = sameId.passed.at(-1)?.pop();
    if (sameId.passed.at(-1)?.length === 0) sameId.passed.pop();
    return call;
  }

  /** Returns true if the conversation has a call with the id of this result, matched or not. */
  hasCall({ toolUseId = '' }: ToolResult): boolean {
    return this.byId.has(toolUseId);
  }

  /** Returns the first call without a result in any turn; undefined if the id has no call, or only matched ones. */
  first({ toolUseId = '' }: ToolResult): PendingToolCall | undefined {
    const sameId = this.byId.get(toolUseId);
    if (!sameId) return undefined;
    while (sameId.all[sameId.answered]?.result) sameId.answered += 1;
    return sameId.all[sameId.answered];
  }
}
