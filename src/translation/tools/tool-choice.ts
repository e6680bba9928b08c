import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ToolChoice } from '../../wire/converse.ts';

/** Which tool the model shall call, in the client's words for tools. */
export type ToolChoiceOptions = { kind: 'auto' } | { kind: 'none' } | { kind: 'any' } | { kind: 'named'; name: string };

/** How many calls one turn may hold. */
export type ParallelToolCalls = 'any' | 'one';

export interface PreparedToolChoice {
  /** For `toolConfig`; absent is Converse's auto, which families without a choice take too. */
  toolChoice?: ToolChoice;
  /** For `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** What can only be asked for in words, as a last system block. */
  hints: readonly string[];
}

export function isForcedChoice(choice: ToolChoiceOptions): boolean {
  return choice.kind === 'any' || choice.kind === 'named';
}

/** `name` of a named choice is the one that Bedrock knows. */
export function prepareToolChoice(
  wish: ToolChoiceOptions,
  parallelism: ParallelToolCalls,
  rules: ModelRules,
  thinking: 'on' | 'off',
  adjustments: Adjustments,
): PreparedToolChoice {
  if (wish.kind === 'none') return withoutCalls(rules, adjustments);
  const hints: string[] = [];
  let choice = wish;
  if (isForcedChoice(wish) && !supportsForcedChoice(rules, thinking)) {
    hints.push(hintOf(wish));
    adjustments.changed('tool_choice', 'auto_with_instruction');
    choice = { kind: 'auto' };
  }
  if (parallelism === 'one' && rules.nativeToolChoice) {
    // Beside Converse's own choice the two would contradict each other (AI SDK; litellm #36536): this one says both.
    return { fields: { tool_choice: { ...nativeChoice(choice), disable_parallel_tool_use: true } }, hints };
  }
  if (parallelism === 'one') {
    hints.push('Call at most one tool in each of your turns.');
    adjustments.changed('parallel_tool_calls', 'instruction');
  }
  return { ...converseChoice(choice), fields: {}, hints };
}

/** Whether `any` and named choices may be sent. */
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
 * Converse has no "none", and a history of calls needs its tools: the tools stay, which also keeps the
 * prompt cache. That Converse hands Anthropic's `none` through is documented nowhere (2026-11-22).
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

/** The sentence that asks for a call where no choice can. */
export function hintOf(choice: ToolChoiceOptions): string {
  return choice.kind === 'named'
    ? `Call the tool "${choice.name}" now. Do not answer in any other way.`
    : 'Call at least one of the tools now. Do not answer in any other way.';
}
