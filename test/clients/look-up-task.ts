import type { Sent, Workshop } from './workshop.ts';

/** Output of a program for one way to complete the task: the call and its thinking, and the answer after it. */
export interface LookedUp {
  tool: string;
  city: string;
  reasoning: string;
  text: string;
  end: string;
  /** Thinking tokens in the usage. */
  tokens: boolean;
}

/** Configures the emulator for one task in each of `ways`: a tool call, and the answer after it. */
export function scriptLookUps(workshop: Workshop, ways: readonly string[]): void {
  workshop.emulator.script(
    ways.flatMap((way) => [
      { thinking: `Look it up: ${way}.`, toolUse: { name: 'look_up', input: { city: 'Bergen' } } },
      { thinking: 'As always.', text: `In Bergen: ${way}.` },
    ]),
  );
}

/** Returns the thinking that the model received with the tool result, one for each task in order. */
export function returnedReasoning(workshop: Workshop): unknown[] {
  return workshop.emulator.requests.flatMap(({ body }) => {
    const sent = (body as Sent).messages[1]?.content[0];
    return sent === undefined ? [] : [sent['reasoningContent']];
  });
}

/** Returns the form in which signed thinking of `scriptLookUps` returns. */
export function signedReasoning(ways: readonly string[]): unknown[] {
  return ways.map((way) => ({ reasoningText: { text: `Look it up: ${way}.`, signature: expect.any(String) } }));
}
