import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { textBlock } from '../content/text-blocks.ts';
import type { ContentBlock, ConverseMessage, ToolResult } from '../../wire/converse.ts';

/** Stands between results and what the user says, where the two may not share a turn. */
const ACKNOWLEDGEMENT: ConverseMessage = { role: 'assistant', content: [{ text: 'I have read the results.' }] };

/**
 * "Conversation blocks and tool result blocks cannot be provided in the same turn." (families other than
 * Claude): what stands beside results gets a turn of its own. Put inside a result, the user's words would be
 * the tool's.
 */
export function separateToolResults(
  turns: readonly ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): ConverseMessage[] {
  if (rules.textBesideToolResults) return [...turns];
  return turns.flatMap((turn) => {
    const content = turn.content ?? [];
    const end = content.findLastIndex((block) => block.toolResult) + 1;
    const [results, others] = [content.slice(0, end), content.slice(end)];
    if (results.length === 0 || others.every((block) => block.cachePoint)) return [turn];
    adjustments.changed('tool_results.other_content', 'moved_to_own_turn');
    return [{ role: 'user' as const, content: results }, ACKNOWLEDGEMENT, { role: 'user' as const, content: others }];
  });
}

/** Calls and results in words, for models that have no tools but get a conversation in which others used some. */
export function toolCallsAsText(
  messages: readonly ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): ConverseMessage[] {
  if (rules.tools) return [...messages];
  return messages.map((message) => ({
    ...message,
    content: (message.content ?? []).flatMap((block) => inWords(block, adjustments)),
  }));
}

function inWords(block: ContentBlock, adjustments: Adjustments): ContentBlock[] {
  if (block.toolUse) {
    adjustments.changed('tool_calls', 'converted_to_text');
    return [textBlock(`[Called the tool ${block.toolUse.name}: ${JSON.stringify(block.toolUse.input)}]`)];
  }
  if (block.toolResult) {
    adjustments.changed('tool_calls', 'converted_to_text');
    return resultInWords(block.toolResult);
  }
  return [block];
}

/** The content of a result as text of the user's turn, with its images and documents beside it. */
export function resultInWords({ content = [] }: ToolResult): ContentBlock[] {
  const texts = content.flatMap((part) => part.text ?? (part.json === undefined ? [] : JSON.stringify(part.json)));
  const media = content.flatMap((part): ContentBlock[] => {
    if (part.image) return [{ image: part.image }];
    return part.document ? [{ document: part.document }] : [];
  });
  return [textBlock(`[The tool answered: ${texts.join('\n')}]`), ...media];
}
