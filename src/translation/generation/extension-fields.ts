import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { ReasoningEffort } from '../../models/types/model.ts';
import type { GenerationOptions } from './generation.ts';
import type { ThinkingOptions } from './thinking-options.ts';
import type { ThinkingFieldStyle } from '../answer/answer-usage.ts';
import type { AnswerOptions, TranslationOptions } from '../dialect.ts';

/** Claude's `thinking` object, which clients add to OpenAI requests (`extra_body`). */
export interface ThinkingField {
  type: 'enabled' | 'adaptive' | 'between_tools' | 'disabled';
  budget_tokens?: number | null;
  display?: string | null;
}

/** Fields that the gateway accepts in OpenAI requests beyond OpenAI's own. */
export interface ExtensionFields {
  thinking?: boolean | ThinkingField | null;
  /** Three names for the thinking budget in tokens. */
  max_thinking_tokens?: number | null;
  thinking_max_tokens?: number | null;
  max_thinking_length?: number | null;
  enable_extended_output?: boolean | null;
  enable_computer_use?: boolean | null;
  top_k?: number | null;
}

/** Generation fields that all of OpenAI's APIs share. */
export interface GenerationFields extends ExtensionFields {
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  stop?: string | string[] | null;
  reasoning_effort?: 'none' | 'minimal' | ReasoningEffort | null;
}

const BUDGET_FIELDS = ['max_thinking_tokens', 'thinking_max_tokens', 'max_thinking_length'] as const;

/** Reads the generation fields of a request. Throws GatewayError 400 for invalid values of `thinking`. */
export function readGenerationOptions(fields: GenerationFields, options: TranslationOptions): GenerationOptions {
  return {
    maxTokens: readMaxTokens(fields),
    sampling: {
      temperature: fields.temperature ?? undefined,
      topP: fields.top_p ?? undefined,
      topK: fields.top_k ?? undefined,
    },
    stop: fields.stop,
    thinking: readThinking(fields, options),
    betas: {
      extendedOutput: fields.enable_extended_output === true,
      computerUse: fields.enable_computer_use === true,
      longContext: options.longContext === true,
    },
  };
}

/** Returns the names of budget fields that have no effect on the request. */
export function unusedBudgetFields(fields: ExtensionFields, thinking: ThinkingOptions): readonly string[] {
  const nestedBudget = typeof fields.thinking === 'object' ? fields.thinking?.budget_tokens : undefined;
  const setFields = BUDGET_FIELDS.filter((name) => typeof fields[name] === 'number');
  return [...(typeof nestedBudget === 'number' ? ['thinking.budget_tokens'] : []), ...setFields].filter(
    (name) => !(thinking.kind === 'on' && thinking.budget?.param === name),
  );
}

/**
 * Returns the set of usage fields for the response: those with `thinking_tokens` if the request uses a thinking field.
 */
export function thinkingFieldStyleOf(fields: ExtensionFields, answer: AnswerOptions): ThinkingFieldStyle {
  const named = [fields.thinking, ...BUDGET_FIELDS.map((name) => fields[name])];
  return answer.thinkingByName || named.some((value) => value !== undefined && value !== null) ? 'thinking' : 'openai';
}

/** Reads the maximum tokens. `max_tokens` is deprecated in favor of `max_completion_tokens`. Both include thinking. */
function readMaxTokens(fields: GenerationFields): GenerationOptions['maxTokens'] {
  return typeof fields.max_completion_tokens === 'number'
    ? { param: 'max_completion_tokens', named: fields.max_completion_tokens }
    : { param: 'max_tokens', named: fields.max_tokens ?? undefined };
}

/** Reads the thinking options. The body takes precedence over the model name, `thinking` over `reasoning_effort`. */
function readThinking(fields: GenerationFields, options: TranslationOptions): ThinkingOptions {
  const effort = fields.reasoning_effort ?? undefined;
  const effortOption = effort === undefined || effort === 'none' ? {} : { effort };
  const thinking = fields.thinking ?? undefined;
  if (thinking === undefined) {
    if (effort === 'none') return { kind: 'off', param: 'reasoning_effort' };
    if (options.thinkingByName)
      return { kind: 'on', param: 'thinking', form: 'budget', ...budgetOf(fields), ...effortOption };
    return effort === undefined ? { kind: 'unspecified' } : { kind: 'on', param: 'reasoning_effort', effort };
  }
  if (thinking === false) return { kind: 'off', param: 'thinking', ...effortOption };
  if (thinking === true) return { kind: 'on', param: 'thinking', form: 'budget', ...budgetOf(fields), ...effortOption };
  return readThinkingObject(thinking, fields, effortOption);
}

function readThinkingObject(
  thinking: ThinkingField,
  fields: ExtensionFields,
  effortOption: { effort?: 'minimal' | ReasoningEffort },
): ThinkingOptions {
  if (typeof thinking !== 'object' || Array.isArray(thinking))
    throw invalidType('thinking', 'one of a boolean or an object', thinking);
  const display = thinking.display ?? undefined;
  if (display !== undefined && typeof display !== 'string') {
    throw invalidType('thinking.display', 'a string', display);
  }
  const displayOption = display === undefined ? {} : { display };
  switch (thinking.type) {
    case 'enabled':
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        ...budgetOf(fields, thinking.budget_tokens),
        ...effortOption,
        ...displayOption,
      };
    case 'adaptive':
      return { kind: 'on', param: 'thinking', form: 'adaptive', ...effortOption, ...displayOption };
    case 'between_tools':
    case 'disabled':
      return { kind: 'off', param: 'thinking', ...effortOption };
    default:
      thinking.type satisfies never;
      throw notListed(
        'thinking.type',
        ['enabled', 'adaptive', 'between_tools', 'disabled'],
        (thinking as { type?: unknown }).type,
      );
  }
}

/** Returns the first budget that is set. Claude's own field takes precedence. */
function budgetOf(
  fields: ExtensionFields,
  nestedBudget?: number | null,
): { budget?: { param: string; tokens: number } } {
  const named = [
    ['thinking.budget_tokens', nestedBudget] as const,
    ...BUDGET_FIELDS.map((name) => [name, fields[name]] as const),
  ];
  for (const [param, tokens] of named) {
    if (tokens === undefined || tokens === null) continue;
    if (!Number.isInteger(tokens)) throw invalidType(param, 'an integer', tokens);
    return { budget: { param, tokens } };
  }
  return {};
}
