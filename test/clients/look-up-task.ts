import type { Sent, Workshop } from './workshop.ts';

/** What a program prints of one way to complete the task: the call and its thoughts, and the answer behind it. */
export interface LookedUp {
  tool: string;
  city: string;
  thought: string;
  text: string;
  end: string;
  /** The usage counts tokens of thinking. */
  tokens: boolean;
}

/** Scripts the emulator for one task in each of `ways`: a call of the tool, and the answer behind it. */
export function scriptLookUps(workshop: Workshop, ways: readonly string[]): void {
  workshop.emulator.script(
    ways.flatMap((way) => [
      { thinking: `Look it up: ${way}.`, toolUse: { name: 'look_up', input: { city: 'Bergen' } } },
      { thinking: 'As always.', text: `In Bergen: ${way}.` },
    ]),
  );
}

/** Returns the thoughts that the model received back with the result of the tool, one for each task in order. */
export function thoughtsReturned(workshop: Workshop): unknown[] {
  return workshop.emulator.requests.flatMap(({ body }) => {
    const asked = (body as Sent).messages[1]?.content[0];
    return asked === undefined ? [] : [asked['reasoningContent']];
  });
}

/** The form in which signed thoughts of `scriptLookUps` return. */
export function signedThoughts(ways: readonly string[]): unknown[] {
  return ways.map((way) => ({ reasoningText: { text: `Look it up: ${way}.`, signature: expect.any(String) } }));
}
