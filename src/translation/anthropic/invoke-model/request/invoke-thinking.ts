import type { ModelRules, ThinkingRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { planClaudeThinking } from '../../../generation/claude-thinking.ts';
import { BUDGET_OF_EFFORT, nearestEffort, type WantedEffort } from '../../../generation/effort.ts';
import { tokenCeiling } from '../../../generation/max-tokens.ts';
import type { ThinkingWish } from '../../../generation/thinking-options.ts';
import type { TranslationContext } from '../../../dialect.ts';
import { lacking } from '../../messages-betas.ts';
import type { Fields } from '../../../../wire/json/json-fields.ts';
import { fieldsOf } from '../../../../wire/json/json-fields.ts';

/** Where thinking has to have a budget and the request says neither tokens nor an effort. */
const BUDGET_UNSAID: WantedEffort = 'medium';

/**
 * Thinking and effort in the words of the model's generation. What the model takes stays as it is; words of another
 * generation, which clients have from a model that this one replaces, are said in its own.
 */
export function withThinking(body: Fields, context: TranslationContext, adjustments: Adjustments): Fields {
  const { rules } = context.model;
  const { thinking } = rules;
  const fitted = withEffort(body, thinking?.effort ?? [], adjustments);
  const limited = withLimit(fitted, rules, adjustments);
  if (thinking === null) return withoutThinking(limited, adjustments);
  if (thinking.displayRefused && fieldsOf(body['thinking'])['display'] !== undefined) {
    adjustments.dropped('thinking.display');
    return withThinking({ ...body, thinking: lacking(fieldsOf(body['thinking']), 'display') }, context, adjustments);
  }
  const wish = wishOf(limited, thinking, context);
  if (wish === undefined) return limited;
  return planned(limited, wish, { thinking, rules, named: Number(limited['max_tokens']) }, adjustments);
}

function withEffort(body: Fields, accepted: ThinkingRules['effort'], adjustments: Adjustments): Fields {
  const config = fieldsOf(body['output_config']);
  const { effort } = config;
  if (typeof effort !== 'string' || accepted.some((one) => one === effort)) return body;
  // An effort nobody knows is the model's to refuse.
  if (!Object.hasOwn(BUDGET_OF_EFFORT, effort)) return body;
  const nearest = nearestEffort(effort as WantedEffort, accepted);
  adjustments.changed('output_config.effort', nearest ?? 'dropped');
  if (nearest !== undefined) return { ...body, output_config: { ...config, effort: nearest } };
  const rest = lacking(config, 'effort');
  return Object.keys(rest).length === 0 ? lacking(body, 'output_config') : { ...body, output_config: rest };
}

/** `max_tokens` above what the model can say is refused; aliases and successors have other limits than asked for. */
function withLimit(body: Fields, rules: ModelRules, adjustments: Adjustments): Fields {
  const extended = rules.extendedOutput !== undefined && hasBeta(body, rules.extendedOutput.beta);
  const ceiling = tokenCeiling(rules, extended ? 'extended' : 'usual');
  if (typeof body['max_tokens'] !== 'number' || body['max_tokens'] <= ceiling) return body;
  adjustments.changed('max_tokens', ceiling);
  return { ...body, max_tokens: ceiling };
}

function hasBeta({ anthropic_beta: betas }: Fields, beta: string): boolean {
  return Array.isArray(betas) && betas.includes(beta);
}

function withoutThinking(body: Fields, adjustments: Adjustments): Fields {
  if (body['thinking'] === undefined) return body;
  if (fieldsOf(body['thinking'])['type'] !== 'disabled') adjustments.dropped('thinking');
  return lacking(body, 'thinking');
}

/** Undefined where the body already says it as the model takes it, or in a way that nobody knows. */
function wishOf(body: Fields, rules: ThinkingRules, context: TranslationContext): ThinkingWish | undefined {
  const { type, budget_tokens: budget, display } = fieldsOf(body['thinking']);
  const { effort } = fieldsOf(body['output_config']) as { effort?: WantedEffort };
  const shown = typeof display === 'string' ? { display } : {};
  switch (type) {
    case undefined:
      return context.thinkingByName
        ? { kind: 'on', param: 'thinking', form: 'budget', ...onEffort(effort) }
        : undefined;
    case 'enabled':
      if (rules.budget) return undefined;
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        ...(typeof budget === 'number' && { budget: { param: 'thinking.budget_tokens', tokens: budget } }),
        ...onEffort(effort),
        ...shown,
      };
    case 'adaptive':
      if (rules.adaptive) return undefined;
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        budget: { param: 'thinking.budget_tokens', tokens: BUDGET_OF_EFFORT[effort ?? BUDGET_UNSAID] },
      };
    case 'disabled':
      return rules.off === 'omit' || rules.off === 'disabled' ? undefined : { kind: 'off', param: 'thinking' };
    case 'between_tools':
      return rules.off === 'between_tools' ? undefined : { kind: 'off', param: 'thinking' };
    default:
      return undefined;
  }
}

function onEffort(effort: WantedEffort | undefined): { effort?: WantedEffort } {
  return effort === undefined ? {} : { effort };
}

function planned(
  body: Fields,
  wish: ThinkingWish,
  { thinking, rules, named }: { thinking: ThinkingRules; rules: ModelRules; named: number },
  adjustments: Adjustments,
): Fields {
  const limit = { param: 'max_tokens', named, byDefault: named, ceiling: rules.maxOutputTokens };
  const plan = planClaudeThinking(wish, limit, thinking, adjustments);
  const { thinking: said, output_config: config } = plan.fields as {
    thinking?: { type: string };
    output_config?: Fields;
  };
  if (wish.kind === 'on') adjustments.changed('thinking', said?.type ?? 'dropped');
  const outputConfig = { ...cappedEffort(fieldsOf(body['output_config']), wish, config, adjustments), ...config };
  const { type: _type, budget_tokens: _budget, display: _display, ...others } = fieldsOf(body['thinking']);
  return {
    ...lacking(lacking(body, 'thinking'), 'output_config'),
    ...(said !== undefined && { thinking: { ...said, ...others } }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    max_tokens: plan.maxTokens ?? named,
  };
}

/** "when extended thinking is disabled capped at high" (AWS API reference, outputConfig.effort). */
function cappedEffort(
  given: Fields,
  { kind }: ThinkingWish,
  said: Fields | undefined,
  adjustments: Adjustments,
): Fields {
  const { effort } = given;
  if (kind !== 'off' || said?.['effort'] !== undefined || (effort !== 'xhigh' && effort !== 'max')) return given;
  adjustments.changed('output_config.effort', 'high');
  return { ...given, effort: 'high' };
}
