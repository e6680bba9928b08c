import type { ModelRules, ThinkingRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { prepareClaudeThinking } from '../../../generation/claude-thinking.ts';
import { THINKING_BUDGET_BY_EFFORT, highestEffortUpTo, type RequestedEffort } from '../../../generation/effort.ts';
import { maxTokensOf } from '../../../generation/max-tokens.ts';
import type { ThinkingOptions } from '../../../generation/thinking-options.ts';
import type { TranslationOptions } from '../../../dialect.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord } from '../../../../wire/json/json-fields.ts';

/** Where thinking has to have a budget and the request says neither tokens nor an effort. */
const BUDGET_UNSAID: RequestedEffort = 'medium';

/**
 * Thinking and effort in the words of the model's generation. What the model takes stays as it is; words of another
 * generation, which clients have from a model that this one replaces, are said in its own.
 */
export function withModelThinking(body: JsonObject, options: TranslationOptions, adjustments: Adjustments): JsonObject {
  const { rules } = options.model;
  const { thinking } = rules;
  const fitted = withEffort(body, thinking?.effort ?? [], adjustments);
  const limited = withLimit(fitted, rules, adjustments);
  if (thinking === null) return withoutThinking(limited, adjustments);
  if (thinking.displayRefused && asRecord(body['thinking'])['display'] !== undefined) {
    adjustments.dropped('thinking.display');
    return withModelThinking(
      { ...body, thinking: withoutField(asRecord(body['thinking']), 'display') },
      options,
      adjustments,
    );
  }
  const wish = wishOf(limited, thinking, options);
  if (wish === undefined) return limited;
  return planned(limited, wish, { thinking, rules, named: Number(limited['max_tokens']) }, adjustments);
}

function withEffort(body: JsonObject, accepted: ThinkingRules['effort'], adjustments: Adjustments): JsonObject {
  const config = asRecord(body['output_config']);
  const { effort } = config;
  if (typeof effort !== 'string' || accepted.some((one) => one === effort)) return body;
  // An effort nobody knows is the model's to refuse.
  if (!Object.hasOwn(THINKING_BUDGET_BY_EFFORT, effort)) return body;
  const nearest = highestEffortUpTo(effort as RequestedEffort, accepted);
  adjustments.replaced('output_config.effort', nearest ?? 'dropped');
  if (nearest !== undefined) return { ...body, output_config: { ...config, effort: nearest } };
  const rest = withoutField(config, 'effort');
  return Object.keys(rest).length === 0 ? withoutField(body, 'output_config') : { ...body, output_config: rest };
}

/** `max_tokens` above what the model can say is refused; aliases and successors have other limits than asked for. */
function withLimit(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const extended = rules.extendedOutput !== undefined && hasBeta(body, rules.extendedOutput.beta);
  const ceiling = maxTokensOf(rules, extended ? 'extended' : 'usual');
  if (typeof body['max_tokens'] !== 'number' || body['max_tokens'] <= ceiling) return body;
  adjustments.replaced('max_tokens', ceiling);
  return { ...body, max_tokens: ceiling };
}

function hasBeta({ anthropic_beta: betas }: JsonObject, beta: string): boolean {
  return Array.isArray(betas) && betas.includes(beta);
}

function withoutThinking(body: JsonObject, adjustments: Adjustments): JsonObject {
  if (body['thinking'] === undefined) return body;
  if (asRecord(body['thinking'])['type'] !== 'disabled') adjustments.dropped('thinking');
  return withoutField(body, 'thinking');
}

/** Undefined where the body already says it as the model takes it, or in a way that nobody knows. */
function wishOf(body: JsonObject, rules: ThinkingRules, options: TranslationOptions): ThinkingOptions | undefined {
  const { type, budget_tokens: budget, display } = asRecord(body['thinking']);
  const { effort } = asRecord(body['output_config']) as { effort?: RequestedEffort };
  const shown = typeof display === 'string' ? { display } : {};
  switch (type) {
    case undefined:
      return options.thinkingByName
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
        budget: { param: 'thinking.budget_tokens', tokens: THINKING_BUDGET_BY_EFFORT[effort ?? BUDGET_UNSAID] },
      };
    case 'disabled':
      return rules.off === 'omit' || rules.off === 'disabled' ? undefined : { kind: 'off', param: 'thinking' };
    case 'between_tools':
      return rules.off === 'between_tools' ? undefined : { kind: 'off', param: 'thinking' };
    default:
      return undefined;
  }
}

function onEffort(effort: RequestedEffort | undefined): { effort?: RequestedEffort } {
  return effort === undefined ? {} : { effort };
}

function planned(
  body: JsonObject,
  wish: ThinkingOptions,
  { thinking, rules, named }: { thinking: ThinkingRules; rules: ModelRules; named: number },
  adjustments: Adjustments,
): JsonObject {
  const limit = { param: 'max_tokens', named, byDefault: named, ceiling: rules.maxOutputTokens };
  const plan = prepareClaudeThinking(wish, limit, thinking, adjustments);
  const { thinking: said, output_config: config } = plan.fields as {
    thinking?: { type: string };
    output_config?: JsonObject;
  };
  if (wish.kind === 'on') adjustments.replaced('thinking', said?.type ?? 'dropped');
  const outputConfig = { ...cappedEffort(asRecord(body['output_config']), wish, config, adjustments), ...config };
  const { type: _type, budget_tokens: _budget, display: _display, ...others } = asRecord(body['thinking']);
  return {
    ...withoutField(withoutField(body, 'thinking'), 'output_config'),
    ...(said !== undefined && { thinking: { ...said, ...others } }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    max_tokens: plan.maxTokens ?? named,
  };
}

/** "when extended thinking is disabled capped at high" (AWS API reference, outputConfig.effort). */
function cappedEffort(
  given: JsonObject,
  { kind }: ThinkingOptions,
  said: JsonObject | undefined,
  adjustments: Adjustments,
): JsonObject {
  const { effort } = given;
  if (kind !== 'off' || said?.['effort'] !== undefined || (effort !== 'xhigh' && effort !== 'max')) return given;
  adjustments.replaced('output_config.effort', 'high');
  return { ...given, effort: 'high' };
}
