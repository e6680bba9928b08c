import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { textBlock } from '../content/text-blocks.ts';
import { ToolCallIds } from './tool-ids.ts';
import { resultInWords } from './tool-calls-as-text.ts';
import { type PendingToolCall, PendingToolCalls } from './pending-tool-calls.ts';
import type { ContentBlock, ConverseMessage, ToolResult, ToolUse } from '../../wire/converse.ts';

/**
 * Every call answered in the very next turn, and nothing else there ("Expected toolResult blocks at …", "The
 * number of toolResult blocks … exceeds the number of toolUse blocks of previous turn"). Clients cut, reorder and
 * repeat their histories: results go to their calls, missing ones are told to the model as errors, those
 * without a call become text. Takes merged turns; the roles of the result need merging once more.
 */
export function pairToolResults(
  turns: readonly ConverseMessage[],
  rules: ModelRules,
  adjustments: Adjustments,
): ConverseMessage[] {
  const calls = readCalls(turns, rules, adjustments);
  const isUsed = calls.length > 0 || turns.some((turn) => turn.content?.some((block) => block.toolResult));
  if (!isUsed) return [...turns];
  const withoutCall = matchResults(turns, calls, adjustments);
  const callsOfTurn = Map.groupBy(calls, (call) => call.turn);
  return turns.flatMap((turn, index) => {
    if (turn.role !== 'assistant') return [{ ...turn, content: withoutMatched(turn.content ?? [], withoutCall) }];
    const made = callsOfTurn.get(index);
    if (!made) return [turn];
    return [assistantTurn(turn, made), { role: 'user' as const, content: answers(made, rules, adjustments) }];
  });
}

/** Bedrock's names of all tools that the turns call. */
export function calledToolNames(turns: readonly ConverseMessage[]): string[] {
  return turns.flatMap((turn) => (turn.content ?? []).flatMap((block) => block.toolUse?.name ?? []));
}

function readCalls(turns: readonly ConverseMessage[], rules: ModelRules, adjustments: Adjustments): PendingToolCall[] {
  const ids = new ToolCallIds(rules.toolIdPattern);
  return turns.flatMap((turn, index) =>
    (turn.content ?? []).flatMap(({ toolUse: use }) => {
      if (!use) return [];
      const wanted = use.toolUseId ?? '';
      const id = ids.take(wanted);
      if (id !== wanted) adjustments.changed('tool_calls.id', 'renamed');
      return [{ turn: index, use, id }];
    }),
  );
}

/**
 * A result answers the nearest call before it that has its id and no answer. What then is left may stand before
 * its call; only after all others, because clients reuse ids and cut the beginning of a conversation. Returns the
 * results whose call is not in the conversation; a further result of an answered call is dropped.
 */
function matchResults(
  turns: readonly ConverseMessage[],
  calls: readonly PendingToolCall[],
  adjustments: Adjustments,
): ReadonlySet<ToolResult> {
  const waiting = new PendingToolCalls(calls);
  const left: ToolResult[] = [];
  turns.forEach((turn, index) => {
    for (const { toolResult: result } of turn.content ?? []) {
      if (!result) continue;
      const call = waiting.takeNearest(result, index);
      if (!call) left.push(result);
      else {
        if (call.turn !== index - 1) adjustments.changed('tool_results.order', 'reordered');
        call.result = result;
      }
    }
  });
  const withoutCall = new Set<ToolResult>();
  for (const result of left) {
    const call = waiting.first(result);
    if (call) {
      call.result = result;
      adjustments.changed('tool_results.order', 'reordered');
    } else if (waiting.hasCall(result)) {
      adjustments.changed('tool_results.order', 'repeated_dropped');
    } else {
      withoutCall.add(result);
      adjustments.changed('tool_results.without_call', 'converted_to_text');
    }
  }
  return withoutCall;
}

/**
 * The blocks of a user's turn without the results that moved to their calls. A result without a call stays as text:
 * without it, the model repeats the call that a client lost, and the client's loop never ends.
 */
function withoutMatched(blocks: readonly ContentBlock[], withoutCall: ReadonlySet<ToolResult>): ContentBlock[] {
  return blocks.flatMap((block) => {
    if (!block.toolResult) return [block];
    return withoutCall.has(block.toolResult) ? resultInWords(block.toolResult) : [];
  });
}

/** Thoughts, then words, then calls: the only order in which Claude takes a turn that thinks and calls. */
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

/** Results in the order of their calls, and behind all of them what a result itself may not hold. */
function answers(calls: readonly PendingToolCall[], rules: ModelRules, adjustments: Adjustments): ContentBlock[] {
  const beside: ContentBlock[] = [];
  const results = calls.map(({ id, use, result: given }): ContentBlock => {
    const result = given && !rules.mediaInToolResults ? withoutMedia(given, use, beside, adjustments) : given;
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
 * The result with its images and documents beside it: models other than Claude and Nova refuse them within
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

/** "all content must be type \"text\" if `is_error` is true" (Claude): the rest stands behind the results. */
function asError(result: ToolResult, rules: ModelRules, beside: ContentBlock[]): Partial<ToolResult> {
  if (result.status !== 'error') return {};
  if (!rules.toolErrors) return { status: undefined };
  const content = result.content ?? [];
  for (const block of content) {
    if (block.image) beside.push({ image: block.image });
    if (block.document) beside.push({ document: block.document });
  }
  const words = content.filter((block) => block.text !== undefined || block.json !== undefined);
  const texts = words.map((block) => textBlock(block.text ?? JSON.stringify(block.json)));
  return { content: texts.length > 0 ? texts : [textBlock('The call failed.')] };
}
