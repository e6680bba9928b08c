import type { Sent } from './workshop.ts';

/** The questions in the scripts that run libraries. */
export const QUESTION = 'How many people live in Bergen, Oslo and Voss?';
export const NEXT_QUESTION = 'Which one is the largest?';

/** The model's answers for the two turns in the scripts that run libraries. */
export const CITY_SCRIPT = [
  { thinking: 'Look first.', text: 'I look.', toolUse: { name: 'look_up', input: { city: 'Bergen' } } },
  {
    thinking: 'Now the others.',
    toolUse: [
      { name: 'look_up', input: { city: 'Oslo' } },
      { name: 'look_up', input: { city: 'Voss' } },
    ],
  },
  { thinking: 'That is all.', text: 'They are counted.' },
  { thinking: 'Compare.', text: 'Oslo.' },
];

/** Returns the kinds of blocks in each turn of a Converse conversation, with the text if it is short. */
export function outlineOf({ messages }: Sent): string[][] {
  return messages.map(({ content }) =>
    content.map((block) => {
      const { text, toolUse, toolResult, reasoningContent } = block as {
        text?: string;
        toolUse?: { input: { city: string } };
        toolResult?: object;
        reasoningContent?: { reasoningText: { text: string } };
      };
      if (text !== undefined) return text;
      if (toolUse !== undefined) return `call ${toolUse.input.city}`;
      if (toolResult !== undefined) return 'result';
      if (reasoningContent !== undefined) return `thinking ${reasoningContent.reasoningText.text}`;
      return Object.keys(block).join();
    }),
  );
}
