import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { textBlock } from '../content/text-blocks.ts';
import type { ContentBlock, ConverseMessage, ToolResult } from '../../wire/converse.ts';

/** Assistant turn between tool results and user content, for models that reject both in one turn. */
const ACKNOWLEDGEMENT: ConverseMessage = { role: 'assistant', content: [{ text: 'I have read the results.' }] };

/**
 * Moves user content beside tool results to a separate turn, for model families that reject it ("Conversation blocks
 * and tool result blocks cannot be provided in the same turn."). Inside a result, the user's text would appear as the
 * tool's.
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

/** Converts tool calls and results of the history to text, for models without tools. */
export function toolCallsAsText(
  messages: readonly ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): ConverseMessage[] {
  if (rules.tools) return [...messages];
  return messages.map((message) => ({
    ...message,
    content: (message.content ?? []).flatMap((block) => asText(block, adjustments)),
  }));
}

function asText(block: ContentBlock, adjustments: Adjustments): ContentBlock[] {
  if (block.toolUse) {
    adjustments.changed('tool_calls', 'converted_to_text');
    return [textBlock(`[Called the tool ${block.toolUse.name}: ${JSON.stringify(block.toolUse.input)}]`)];
  }
  if (block.toolResult) {
    adjustments.changed('tool_calls', 'converted_to_text');
    return toolResultAsText(block.toolResult);
  }
  return [block];
}

/** Converts a tool result to text of a user turn. Its images and documents follow as blocks. */
export function toolResultAsText({ content = [] }: ToolResult): ContentBlock[] {
  const texts = content.flatMap((part) => part.text ?? (part.json === undefined ? [] : JSON.stringify(part.json)));
  const media = content.flatMap((part): ContentBlock[] => {
    if (part.image) return [{ image: part.image }];
    return part.document ? [{ document: part.document }] : [];
  });
  return [textBlock(`[The tool answered: ${texts.join('\n')}]`), ...media];
}
