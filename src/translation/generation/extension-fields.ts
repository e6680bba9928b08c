import { invalidType, notListed } from '../../limits/field-errors.ts';
import type { ReasoningEffort } from '../../models/types/model.ts';
import type { GenerationOptions } from './generation.ts';
import type { ThinkingOptions } from './thinking-options.ts';
import type { ThinkingFieldStyle } from '../answer/answer-usage.ts';
import type { AnswerOptions, TranslationOptions } from '../dialect.ts';

/** Claude's `thinking` object, as clients put it into OpenAI requests (`extra_body`). */
export interface ThinkingField {
  type: 'enabled' | 'adaptive' | 'between_tools' | 'disabled';
  budget_tokens?: number | null;
  display?: string | null;
}

/** What Outcrop understands in OpenAI's requests beyond OpenAI's own fields. */
export interface ExtensionFields {
  thinking?: boolean | ThinkingField | null;
  /** Three names of one number: tokens of thinking. */
  max_thinking_tokens?: number | null;
  thinking_max_tokens?: number | null;
  max_thinking_length?: number | null;
  enable_extended_output?: boolean | null;
  enable_computer_use?: boolean | null;
  top_k?: number | null;
}

/** The fields by which any OpenAI dialect of ours says how to generate. */
export interface GenerationFields extends ExtensionFields {
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  stop?: string | string[] | null;
  reasoning_effort?: 'none' | 'minimal' | ReasoningEffort | null;
}

const BUDGET_FIELDS = ['max_thinking_tokens', 'thinking_max_tokens', 'max_thinking_length'] as const;

export function readGenerationOptions(fields: GenerationFields, options: TranslationOptions): GenerationOptions {
  return {
    maxTokens: tokenWish(fields),
    sampling: {
      temperature: fields.temperature ?? undefined,
      topP: fields.top_p ?? undefined,
      topK: fields.top_k ?? undefined,
    },
    stop: fields.stop,
    thinking: thinkingWish(fields, options),
    betas: {
      extendedOutput: fields.enable_extended_output === true,
      computerUse: fields.enable_computer_use === true,
      longContext: options.longContext === true,
    },
  };
}

/** Fields of a budget that no thinking spends. */
export function unusedBudgetFields(fields: ExtensionFields, wish: ThinkingOptions): readonly string[] {
  const own = typeof fields.thinking === 'object' ? fields.thinking?.budget_tokens : undefined;
  const given = BUDGET_FIELDS.filter((name) => typeof fields[name] === 'number');
  return [...(typeof own === 'number' ? ['thinking.budget_tokens'] : []), ...given].filter(
    (name) => !(wish.kind === 'on' && wish.budget?.param === name),
  );
}

/** Whether the request speaks of thinking in these fields: then the answer does so too. */
export function thinkingFieldStyleOf(fields: ExtensionFields, reply: AnswerOptions): ThinkingFieldStyle {
  const named = [fields.thinking, ...BUDGET_FIELDS.map((name) => fields[name])];
  return reply.thinkingByName || named.some((value) => value !== undefined && value !== null) ? 'thinking' : 'openai';
}

/** `max_tokens` is deprecated for `max_completion_tokens`; both count thinking. */
function tokenWish(fields: GenerationFields): GenerationOptions['maxTokens'] {
  return typeof fields.max_completion_tokens === 'number'
    ? { param: 'max_completion_tokens', named: fields.max_completion_tokens }
    : { param: 'max_tokens', named: fields.max_tokens ?? undefined };
}

/** The body outranks the name of the model; `thinking` outranks `reasoning_effort`. */
function thinkingWish(fields: GenerationFields, options: TranslationOptions): ThinkingOptions {
  const effort = fields.reasoning_effort ?? undefined;
  const strength = effort === undefined || effort === 'none' ? {} : { effort };
  const thinking = fields.thinking ?? undefined;
  if (thinking === undefined) {
    if (effort === 'none') return { kind: 'off', param: 'reasoning_effort' };
    if (options.thinkingByName)
      return { kind: 'on', param: 'thinking', form: 'budget', ...budgetOf(fields), ...strength };
    return effort === undefined ? { kind: 'unsaid' } : { kind: 'on', param: 'reasoning_effort', effort };
  }
  if (thinking === false) return { kind: 'off', param: 'thinking', ...strength };
  if (thinking === true) return { kind: 'on', param: 'thinking', form: 'budget', ...budgetOf(fields), ...strength };
  return thinkingObjectWish(thinking, fields, strength);
}

function thinkingObjectWish(
  thinking: ThinkingField,
  fields: ExtensionFields,
  strength: { effort?: 'minimal' | ReasoningEffort },
): ThinkingOptions {
  if (typeof thinking !== 'object' || Array.isArray(thinking))
    throw invalidType('thinking', 'one of a boolean or an object', thinking);
  const display = thinking.display ?? undefined;
  if (display !== undefined && typeof display !== 'string') {
    throw invalidType('thinking.display', 'a string', display);
  }
  const shown = display === undefined ? {} : { display };
  switch (thinking.type) {
    case 'enabled':
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        ...budgetOf(fields, thinking.budget_tokens),
        ...strength,
        ...shown,
      };
    case 'adaptive':
      return { kind: 'on', param: 'thinking', form: 'adaptive', ...strength, ...shown };
    case 'between_tools':
    case 'disabled':
      return { kind: 'off', param: 'thinking', ...strength };
    default:
      thinking.type satisfies never;
      throw notListed(
        'thinking.type',
        ['enabled', 'adaptive', 'between_tools', 'disabled'],
        (thinking as { type?: unknown }).type,
      );
  }
}

/** The first budget that is named, Claude's own name before ours. */
function budgetOf(fields: ExtensionFields, own?: number | null): { budget?: { param: string; tokens: number } } {
  const named = [
    ['thinking.budget_tokens', own] as const,
    ...BUDGET_FIELDS.map((name) => [name, fields[name]] as const),
  ];
  for (const [param, tokens] of named) {
    if (tokens === undefined || tokens === null) continue;
    if (!Number.isInteger(tokens)) throw invalidType(param, 'an integer', tokens);
    return { budget: { param, tokens } };
  }
  return {};
}
