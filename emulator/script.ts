import type { AnswerBlock } from './answers/answer.ts';

export interface ScriptedToolUse {
  name: string;
  input: unknown;
  toolUseId?: string;
}

interface ForSome {
  /** Only for models whose id, as sent, contains this. */
  match?: string;
  /** Given so many times before the next one; once where it is left out. */
  times?: number;
}

export interface SimpleAnswer extends ForSome {
  thinking?: string;
  text?: string;
  toolUse?: ScriptedToolUse | ScriptedToolUse[];
  stopReason?: string;
  stopSequence?: string;
  usage?: { input?: number; output?: number; cacheRead?: number; cacheWrite?: number };
}

/** Raw events of the operation that is asked for: `{ messageStart: … }`, or Anthropic's `{ type: 'message_start' }`. */
export interface RawEvents extends ForSome {
  events: Record<string, unknown>[];
}

/** The raw body of a plain answer. */
export interface RawOutput extends ForSome {
  output: Record<string, unknown>;
}

/** An answer the emulator is told to give instead of one of its own. */
export type ScriptedAnswer = SimpleAnswer | RawEvents | RawOutput;

const MOST_ANSWERS = 1000;

/** Scripted answers, used in order. */
export class Script {
  #entries: { answer: ScriptedAnswer; left: number }[] = [];

  add(answers: readonly ScriptedAnswer[]): void {
    const added = answers.map((answer) => ({ answer, left: answer.times ?? 1 }));
    this.#entries = [...this.#entries, ...added].slice(-MOST_ANSWERS);
  }

  clear(): void {
    this.#entries = [];
  }

  next(modelId: string): ScriptedAnswer | undefined {
    const index = this.#entries.findIndex(({ answer: { match } }) => match === undefined || modelId.includes(match));
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#entries.splice(index, 1);
    return entry.answer;
  }
}

export function toolUsesOf(answer: { toolUse?: ScriptedToolUse | ScriptedToolUse[] }): ScriptedToolUse[] {
  return answer.toolUse === undefined ? [] : [answer.toolUse].flat();
}

export function scriptedBlocks(
  answer: SimpleAnswer,
  newId: (index: number) => string,
  signatureOf: (thinking: string) => string | undefined,
): AnswerBlock[] {
  const blocks: AnswerBlock[] = [];
  if (answer.thinking !== undefined)
    blocks.push({ kind: 'thinking', text: answer.thinking, signature: signatureOf(answer.thinking) });
  if (answer.text !== undefined) blocks.push({ kind: 'text', text: answer.text });
  for (const [index, call] of toolUsesOf(answer).entries()) {
    blocks.push({
      kind: 'tool-use',
      id: call.toolUseId ?? newId(index),
      name: call.name,
      json: JSON.stringify(call.input),
    });
  }
  return blocks;
}
