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

/** Effort that determines the budget if the model requires one and the request names neither tokens nor an effort. */
const DEFAULT_EFFORT: RequestedEffort = 'medium';

/**
 * Converts thinking and effort to the format of the model's generation. Values that the model accepts stay. Clients
 * send formats of other generations when this model replaces one of them.
 */
export function withModelThinking(body: JsonObject, options: TranslationOptions, adjustments: Adjustments): JsonObject {
  const { rules } = options.model;
  const { thinking } = rules;
  const withAcceptedEffort = withEffort(body, thinking?.effort ?? [], adjustments);
  const withinLimit = withLimit(withAcceptedEffort, rules, adjustments);
  if (thinking === null) return withoutThinking(withinLimit, adjustments);
  if (thinking.displayRejected && asRecord(body['thinking'])['display'] !== undefined) {
    adjustments.dropped('thinking.display');
    return withModelThinking(
      { ...body, thinking: withoutField(asRecord(body['thinking']), 'display') },
      options,
      adjustments,
    );
  }
  const thinkingOptions = optionsFor(withinLimit, thinking, options);
  if (thinkingOptions === undefined) return withinLimit;
  return withPreparedThinking(
    withinLimit,
    thinkingOptions,
    { thinking, rules, named: Number(withinLimit['max_tokens']) },
    adjustments,
  );
}

function withEffort(body: JsonObject, accepted: ThinkingRules['effort'], adjustments: Adjustments): JsonObject {
  const config = asRecord(body['output_config']);
  const { effort } = config;
  if (typeof effort !== 'string' || accepted.some((one) => one === effort)) return body;
  // An unknown effort stays, so that the model rejects it.
  if (!Object.hasOwn(THINKING_BUDGET_BY_EFFORT, effort)) return body;
  const nearest = highestEffortUpTo(effort as RequestedEffort, accepted);
  adjustments.replaced('output_config.effort', nearest ?? 'dropped');
  if (nearest !== undefined) return { ...body, output_config: { ...config, effort: nearest } };
  const rest = withoutField(config, 'effort');
  return Object.keys(rest).length === 0 ? withoutField(body, 'output_config') : { ...body, output_config: rest };
}

/**
 * Lowers `max_tokens` to the model's maximum, because Bedrock rejects higher values. Aliases and successors have other
 * limits than the requested model.
 */
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

/**
 * Returns the thinking options to convert; undefined if the body already has a format that the model accepts, or an
 * unknown one.
 */
function optionsFor(body: JsonObject, rules: ThinkingRules, options: TranslationOptions): ThinkingOptions | undefined {
  const { type, budget_tokens: budget, display } = asRecord(body['thinking']);
  const { effort } = asRecord(body['output_config']) as { effort?: RequestedEffort };
  const displayOption = typeof display === 'string' ? { display } : {};
  switch (type) {
    case undefined:
      return options.thinkingByName
        ? { kind: 'on', param: 'thinking', form: 'budget', ...effortOption(effort) }
        : undefined;
    case 'enabled':
      if (rules.budget) return undefined;
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        ...(typeof budget === 'number' && { budget: { param: 'thinking.budget_tokens', tokens: budget } }),
        ...effortOption(effort),
        ...displayOption,
      };
    case 'adaptive':
      if (rules.adaptive) return undefined;
      return {
        kind: 'on',
        param: 'thinking',
        form: 'budget',
        budget: { param: 'thinking.budget_tokens', tokens: THINKING_BUDGET_BY_EFFORT[effort ?? DEFAULT_EFFORT] },
      };
    case 'disabled':
      return rules.off === 'omit' || rules.off === 'disabled' ? undefined : { kind: 'off', param: 'thinking' };
    case 'between_tools':
      return rules.off === 'between_tools' ? undefined : { kind: 'off', param: 'thinking' };
    default:
      return undefined;
  }
}

function effortOption(effort: RequestedEffort | undefined): { effort?: RequestedEffort } {
  return effort === undefined ? {} : { effort };
}

function withPreparedThinking(
  body: JsonObject,
  thinkingOptions: ThinkingOptions,
  { thinking, rules, named }: { thinking: ThinkingRules; rules: ModelRules; named: number },
  adjustments: Adjustments,
): JsonObject {
  const limit = { param: 'max_tokens', named, byDefault: named, ceiling: rules.maxOutputTokens };
  const prepared = prepareClaudeThinking(thinkingOptions, limit, thinking, adjustments);
  const { thinking: field, output_config: config } = prepared.fields as {
    thinking?: { type: string };
    output_config?: JsonObject;
  };
  if (thinkingOptions.kind === 'on') adjustments.replaced('thinking', field?.type ?? 'dropped');
  const outputConfig = {
    ...cappedEffort(asRecord(body['output_config']), thinkingOptions, config, adjustments),
    ...config,
  };
  const { type: _type, budget_tokens: _budget, display: _display, ...others } = asRecord(body['thinking']);
  return {
    ...withoutField(withoutField(body, 'thinking'), 'output_config'),
    ...(field !== undefined && { thinking: { ...field, ...others } }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    max_tokens: prepared.maxTokens ?? named,
  };
}

/** Limits the effort. "when extended thinking is disabled capped at high" (AWS API reference, outputConfig.effort). */
function cappedEffort(
  config: JsonObject,
  { kind }: ThinkingOptions,
  preparedConfig: JsonObject | undefined,
  adjustments: Adjustments,
): JsonObject {
  const { effort } = config;
  if (kind !== 'off' || preparedConfig?.['effort'] !== undefined || (effort !== 'xhigh' && effort !== 'max'))
    return config;
  adjustments.replaced('output_config.effort', 'high');
  return { ...config, effort: 'high' };
}
