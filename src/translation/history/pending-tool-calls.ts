import type { ToolResult, ToolUse } from '../../wire/converse.ts';

/** A call of the history with the place it stands in and the result that answers it. */
export interface PendingToolCall {
  turn: number;
  use: ToolUse;
  /** The one id that both sides go out with. */
  id: string;
  result?: ToolResult;
}

/** The calls of one id in one turn, the first that waits at the end. */
type Group = PendingToolCall[];

/** The calls of one id. */
interface Line {
  /** Turns that were not reached yet, the next one at the end. */
  ahead: Group[];
  /** Turns that were passed and have calls without a result, the nearest at the end. */
  passed: Group[];
  all: readonly PendingToolCall[];
  /** All before this one have their results. */
  answered: number;
}

/**
 * Calls of a conversation that wait for their results. A conversation may repeat one id without end: asking costs
 * the same however many calls have it.
 */
export class PendingToolCalls {
  private readonly lines = new Map<string, Line>();

  constructor(calls: readonly PendingToolCall[]) {
    for (const [id, all] of Map.groupBy(calls, ({ use }) => use.toolUseId ?? '')) {
      const turns = [...Map.groupBy(all, ({ turn }) => turn).values()];
      this.lines.set(id, {
        ahead: turns.map((group) => group.toReversed()).toReversed(),
        passed: [],
        all,
        answered: 0,
      });
    }
  }

  /** Takes the first waiting call of the nearest turn before `turn`, which only ever grows. */
  takeNearest({ toolUseId = '' }: ToolResult, turn: number): PendingToolCall | undefined {
    const line = this.lines.get(toolUseId);
    if (!line) return undefined;
    for (let next = line.ahead.at(-1); next && next[0]!.turn < turn; next = line.ahead.at(-1)) {
      line.passed.push(next);
      line.ahead.pop();
    }
    const call = line.passed.at(-1)?.pop();
    if (line.passed.at(-1)?.length === 0) line.passed.pop();
    return call;
  }

  /** Whether the conversation has a call with the id of this result, answered or not. */
  hasCall({ toolUseId = '' }: ToolResult): boolean {
    return this.lines.has(toolUseId);
  }

  /** The first call without a result, wherever it stands. */
  first({ toolUseId = '' }: ToolResult): PendingToolCall | undefined {
    const line = this.lines.get(toolUseId);
    if (!line) return undefined;
    while (line.all[line.answered]?.result) line.answered += 1;
    return line.all[line.answered];
  }
}
