import type { AnswerBlock } from './answers/answer.ts';

export interface ScriptedToolUse {
  name: string;
  input: unknown;
  toolUseId?: string;
}

interface ScriptScope {
  /** Part of the model id, as sent. The answer applies only to models whose id contains it. */
  match?: string;
  /** How many times the answer is used. Default 1. */
  times?: number;
}

export interface SimpleAnswer extends ScriptScope {
  thinking?: string;
  text?: string;
  toolUse?: ScriptedToolUse | ScriptedToolUse[];
  stopReason?: string;
  stopSequence?: string;
  usage?: { input?: number; output?: number; cacheRead?: number; cacheWrite?: number };
}

/** Raw events in the form of the operation: `{ messageStart: … }`, or Anthropic's `{ type: 'message_start' }`. */
export interface RawEvents extends ScriptScope {
  events: Record<string, unknown>[];
}

/** Raw body of an answer that is not streamed. */
export interface RawOutput extends ScriptScope {
  output: Record<string, unknown>;
}

/** Answer that the emulator returns instead of a generated one. */
export type ScriptedAnswer = SimpleAnswer | RawEvents | RawOutput;

const MAX_ANSWERS = 1000;

/** Queue of scripted answers. The oldest are dropped above `MAX_ANSWERS`. */
export class Script {
  #entries: { answer: ScriptedAnswer; left: number }[] = [];

  add(answers: readonly ScriptedAnswer[]): void {
    const added = answers.map((answer) => ({ answer, left: answer.times ?? 1 }));
    this.#entries = [...this.#entries, ...added].slice(-MAX_ANSWERS);
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
