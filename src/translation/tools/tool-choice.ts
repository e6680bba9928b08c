import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ToolChoice } from '../../wire/converse.ts';

/** Tool choice of a request. `name` is the client's name of the tool. */
export type ToolChoiceOptions = { kind: 'auto' } | { kind: 'none' } | { kind: 'any' } | { kind: 'named'; name: string };

/** Number of tool calls that one turn may contain. */
export type ParallelToolCalls = 'any' | 'one';

/** The tool choice in the form of a Converse request. */
export interface PreparedToolChoice {
  /** Value for `toolConfig`. If absent, Converse uses auto, which every model family supports. */
  toolChoice?: ToolChoice;
  /** Entries of `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** Instructions for a last system block, for choices that the model has no field for. */
  hints: readonly string[];
}

/** Returns true if the choice requires a tool call. */
export function isForcedChoice(choice: ToolChoiceOptions): boolean {
  return choice.kind === 'any' || choice.kind === 'named';
}

/**
 * Prepares the tool choice for a model, and reports changes. `name` of a named choice must be Bedrock's name of the
 * tool.
 */
export function prepareToolChoice(
  options: ToolChoiceOptions,
  parallelism: ParallelToolCalls,
  rules: ModelRules,
  thinking: 'on' | 'off',
  adjustments: Adjustments,
): PreparedToolChoice {
  if (options.kind === 'none') return withoutCalls(rules, adjustments);
  const hints: string[] = [];
  let choice = options;
  if (isForcedChoice(options) && !supportsForcedChoice(rules, thinking)) {
    hints.push(hintOf(options));
    adjustments.changed('tool_choice', 'auto_with_instruction');
    choice = { kind: 'auto' };
  }
  if (parallelism === 'one' && rules.nativeToolChoice) {
    // Claude's own field contains both the choice and the parallelism. A Converse choice beside it would contradict it
    // (AI SDK; litellm #36536).
    return { fields: { tool_choice: { ...nativeChoice(choice), disable_parallel_tool_use: true } }, hints };
  }
  if (parallelism === 'one') {
    hints.push('Call at most one tool in each of your turns.');
    adjustments.changed('parallel_tool_calls', 'instruction');
  }
  return { ...converseChoice(choice), fields: {}, hints };
}

/** Returns true if the model accepts a choice that requires a tool call, in its state of thinking. */
export function supportsForcedChoice(rules: ModelRules, thinking: 'on' | 'off'): boolean {
  switch (rules.forcedToolChoice) {
    case 'yes':
      return true;
    case 'without-thinking':
      return thinking === 'off';
    case 'never':
      return false;
    default:
      return rules.forcedToolChoice satisfies never;
  }
}

/**
 * Forbids tool calls. Converse has no choice "none", and a history with calls requires the tools. Keeping them also
 * preserves the prompt cache. Not documented: that Converse passes Anthropic's `none` through (2026-11-22).
 */
function withoutCalls(rules: ModelRules, adjustments: Adjustments): PreparedToolChoice {
  if (rules.nativeToolChoice) return { fields: { tool_choice: { type: 'none' } }, hints: [] };
  adjustments.changed('tool_choice', 'instruction');
  return { fields: {}, hints: ['Do not call any tools now; answer in words.'] };
}

function converseChoice(choice: ToolChoiceOptions): Pick<PreparedToolChoice, 'toolChoice'> {
  switch (choice.kind) {
    case 'auto':
    case 'none':
      return {};
    case 'any':
      return { toolChoice: { any: {} } };
    case 'named':
      return { toolChoice: { tool: { name: choice.name } } };
    default:
      return choice satisfies never;
  }
}

function nativeChoice(choice: ToolChoiceOptions): { type: string; name?: string } {
  return choice.kind === 'named' ? { type: 'tool', name: choice.name } : { type: choice.kind };
}

/** Returns the instruction that requires a tool call, for models without a matching choice. */
export function hintOf(choice: ToolChoiceOptions): string {
  return choice.kind === 'named'
    ? `Call the tool "${choice.name}" now. Do not answer in any other way.`
    : 'Call at least one of the tools now. Do not answer in any other way.';
}
