import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { textBlock } from '../content/text-blocks.ts';
import { ToolCallIds } from './tool-ids.ts';
import { toolResultAsText } from './tool-calls-as-text.ts';
import { type PendingToolCall, PendingToolCalls } from './pending-tool-calls.ts';
import type { ContentBlock, ConverseMessage, ToolResult, ToolUse } from '../../wire/converse.ts';

/**
 * Pairs tool calls and results as Bedrock requires. The turn after a call contains its result and no others ("Expected
 * toolResult blocks at …", "The number of toolResult blocks … exceeds the number of toolUse blocks of previous turn").
 * Clients cut, reorder and repeat their histories. Results move to their calls, missing results become errors, results
 * without a call become text. Expects merged turns. The caller must merge the returned turns again.
 */
export function pairToolResults(
  turns: readonly ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): ConverseMessage[] {
  const calls = readCalls(turns, rules, adjustments);
  const usesTools = calls.length > 0 || turns.some((turn) => turn.content?.some((block) => block.toolResult));
  if (!usesTools) return [...turns];
  const withoutCall = matchResults(turns, calls, adjustments);
  const callsOfTurn = Map.groupBy(calls, (call) => call.turn);
  return turns.flatMap((turn, index) => {
    if (turn.role !== 'assistant') return [{ ...turn, content: withoutMatched(turn.content ?? [], withoutCall) }];
    const callsHere = callsOfTurn.get(index);
    if (!callsHere) return [turn];
    return [
      assistantTurn(turn, callsHere),
      { role: 'user' as const, content: resultsOf(callsHere, rules, adjustments) },
    ];
  });
}

/** Returns Bedrock's names of all tools that the turns call. */
export function calledToolNames(turns: readonly ConverseMessage[]): string[] {
  return turns.flatMap((turn) => (turn.content ?? []).flatMap((block) => block.toolUse?.name ?? []));
}

function readCalls(turns: readonly ConverseMessage[], rules: ModelRules, adjustments: Adjustments): PendingToolCall[] {
  const ids = new ToolCallIds(rules.toolIdPattern);
  return turns.flatMap((turn, index) =>
    (turn.content ?? []).flatMap(({ toolUse: use }) => {
      if (!use) return [];
      const original = use.toolUseId ?? '';
      const id = ids.take(original);
      if (id !== original) adjustments.changed('tool_calls.id', 'renamed');
      return [{ turn: index, use, id }];
    }),
  );
}

/**
 * Assigns each result to the nearest preceding call with its id that has none. The remaining results go to later calls,
 * after all others, because clients reuse ids and cut the beginning of conversations. Returns the results whose call is
 * not in the conversation. Drops further results of a call that has one.
 */
function matchResults(
  turns: readonly ConverseMessage[],
  calls: readonly PendingToolCall[],
  adjustments: Adjustments,
): ReadonlySet<ToolResult> {
  const pending = new PendingToolCalls(calls);
  const unmatched: ToolResult[] = [];
  turns.forEach((turn, index) => {
    for (const { toolResult: result } of turn.content ?? []) {
      if (!result) continue;
      const call = pending.takeNearest(result, index);
      if (!call) unmatched.push(result);
      else {
        if (call.turn !== index - 1) adjustments.changed('tool_results.order', 'reordered');
        call.result = result;
      }
    }
  });
  const withoutCall = new Set<ToolResult>();
  for (const result of unmatched) {
    const call = pending.first(result);
    if (call) {
      call.result = result;
      adjustments.changed('tool_results.order', 'reordered');
    } else if (pending.hasCall(result)) {
      adjustments.changed('tool_results.order', 'repeated_dropped');
    } else {
      withoutCall.add(result);
      adjustments.changed('tool_results.without_call', 'converted_to_text');
    }
  }
  return withoutCall;
}

/**
 * Returns the blocks of a user turn without the results that were matched. A result without a call becomes text:
 * without it, the model would repeat the lost call, and an agent's loop would not end.
 */
function withoutMatched(blocks: readonly ContentBlock[], withoutCall: ReadonlySet<ToolResult>): ContentBlock[] {
  return blocks.flatMap((block) => {
    if (!block.toolResult) return [block];
    return withoutCall.has(block.toolResult) ? toolResultAsText(block.toolResult) : [];
  });
}

/**
 * Orders the blocks of an assistant turn: thinking, then text, then tool calls. Claude accepts no other order in a turn
 * with thinking and tool calls.
 */
function assistantTurn(turn: ConverseMessage, calls: readonly PendingToolCall[]): ConverseMessage {
  const blocks = turn.content ?? [];
  return {
    ...turn,
    content: [
      ...blocks.filter((block) => block.reasoningContent),
      ...blocks.filter((block) => !block.reasoningContent && !block.toolUse),
      ...calls.map(({ use, id }) => ({ toolUse: { ...use, toolUseId: id } })),
    ],
  };
}

/**
 * Returns the results in the order of their calls. Content that the model rejects inside results follows after them.
 */
function resultsOf(calls: readonly PendingToolCall[], rules: ModelRules, adjustments: Adjustments): ContentBlock[] {
  const beside: ContentBlock[] = [];
  const results = calls.map(({ id, use, result: matched }): ContentBlock => {
    const result = matched && !rules.mediaInToolResults ? withoutMedia(matched, use, beside, adjustments) : matched;
    if (!result) {
      adjustments.changed('tool_results.missing', 'error_result_added');
      const content = [textBlock('There is no result: the call was never answered.')];
      return { toolResult: { toolUseId: id, content, ...(rules.toolErrors && { status: 'error' }) } };
    }
    return { toolResult: { ...result, ...asError(result, rules, beside), toolUseId: id } };
  });
  return [...results, ...beside];
}

/**
 * Moves images and documents of a result to `beside`. Models other than Claude and Nova reject them inside results
 * ("doesn't support the image field", can1357/oh-my-pi#11685).
 */
function withoutMedia(
  result: ToolResult,
  { name }: ToolUse,
  beside: ContentBlock[],
  adjustments: Adjustments,
): ToolResult {
  const content = result.content ?? [];
  const media = content.flatMap(({ image, document }): ContentBlock[] => {
    if (image) return [{ image }];
    return document ? [{ document }] : [];
  });
  if (media.length === 0) return result;
  adjustments.changed('tool_results.media', 'moved_beside_result');
  beside.push(textBlock(`Returned by the tool ${name}:`));
  for (const block of media) beside.push(block);
  const rest = content.filter(({ image, document }) => !image && !document);
  return { ...result, content: rest.length > 0 ? rest : [textBlock('The content follows the results.')] };
}

/**
 * Returns the changes to a failed result. "all content must be type \"text\" if `is_error` is true" (Claude): other
 * content moves to `beside`.
 */
function asError(result: ToolResult, rules: ModelRules, beside: ContentBlock[]): Partial<ToolResult> {
  if (result.status !== 'error') return {};
  if (!rules.toolErrors) return { status: undefined };
  const content = result.content ?? [];
  for (const block of content) {
    if (block.image) beside.push({ image: block.image });
    if (block.document) beside.push({ document: block.document });
  }
  const readable = content.filter((block) => block.text !== undefined || block.json !== undefined);
  const texts = readable.map((block) => textBlock(block.text ?? JSON.stringify(block.json)));
  return { content: texts.length > 0 ? texts : [textBlock('The call failed.')] };
}
