import type { DocumentFields } from '../document-options.ts';
import type { ImportNotes } from './import-notes.ts';
import { isFilledColumn, listColumn, type LiteLlmRow, numberColumn, textColumn } from './litellm-rows.ts';

/** Lists that stand for all models, or for those of the team. */
const NO_RESTRICTION = new Set(['all-proxy-models', 'all-team-models', '*']);
/** A list that stands for no model. */
const NO_MODEL_NAME = 'no-default-models';
/** Periods of `budget_duration` with an equivalent. */
const PERIODS: Readonly<Record<string, string>> = {
  '1d': 'day',
  '24h': 'day',
  '86400s': 'day',
  '7d': 'week',
  '1w': 'week',
  '30d': 'month',
  '1mo': 'month',
};
/** DocumentFields of `metadata` by which LiteLLM decides about requests. */
const ACTIVE_METADATA = ['model_rpm_limit', 'model_tpm_limit', 'guardrails', 'tags', 'disable_global_guardrails'];

/** Returns `models`; an empty object for all models. */
export function modelFields(row: LiteLlmRow, object: string, notes: ImportNotes): DocumentFields {
  const models = listColumn(row, 'models');
  if (models.includes(NO_MODEL_NAME)) {
    notes.add(object, 'may use no model in LiteLLM, so its list of models is empty');
    return { models: [] };
  }
  if (models.length === 0 || models.some((model) => NO_RESTRICTION.has(model))) return {};
  return { models: models.map((model) => model.replace(/^bedrock\/(converse\/|invoke\/)?/, '')) };
}

/** Returns `limits` of the row, or of its row in LiteLLM_BudgetTable where the row has none. */
export function limitFields(row: LiteLlmRow, budget: LiteLlmRow | undefined): DocumentFields {
  const limit = (column: string) => numberColumn(row, column) ?? (budget && numberColumn(budget, column));
  const limits = withoutAbsent({
    requestsPerMinute: limit('rpm_limit'),
    tokensPerMinute: limit('tpm_limit'),
    maxInFlight: limit('max_parallel_requests'),
  });
  return Object.keys(limits).length === 0 ? {} : { limits };
}

/** Returns the document of a budget; undefined if the row has none, or none with an equivalent. */
export function budgetDocument(
  row: LiteLlmRow,
  budget: LiteLlmRow | undefined,
  { name, scope, object }: { name: string; scope: DocumentFields; object: string },
  notes: ImportNotes,
): DocumentFields | undefined {
  const source = numberColumn(row, 'max_budget') === undefined && budget !== undefined ? budget : row;
  const amount = numberColumn(source, 'max_budget');
  if (amount === undefined) return undefined;
  const duration = textColumn(source, 'budget_duration');
  const period = duration === undefined ? undefined : PERIODS[duration];
  if (period === undefined) {
    notes.add(
      object,
      `max_budget ${amount} ${duration === undefined ? 'for its lifetime' : `for ${duration}`} has no equivalent`,
    );
    return undefined;
  }
  const soft = numberColumn(source, 'soft_budget');
  const percent = soft === undefined || amount === 0 ? undefined : Math.round((soft / amount) * 100);
  const hasWarning = percent !== undefined && percent >= 1 && percent < 100;
  return {
    kind: 'Budget',
    name,
    scope,
    amountUsd: amount.toFixed(9).replace(/\.?0+$/, ''),
    period,
    ...(hasWarning && {
      at: [
        { percent, do: 'notify' },
        { percent: 100, do: 'block' },
      ],
    }),
  };
}

/** Returns `metadata` with texts, and the ids of LiteLLM in it. */
export function metadataFields(
  row: LiteLlmRow,
  ids: readonly string[],
  object: string,
  notes: ImportNotes,
): DocumentFields {
  const metadata: Record<string, string> = {};
  const given = (row.metadata ?? {}) as DocumentFields;
  for (const [name, value] of Object.entries(given)) {
    if (name === '' || !isFilledColumn(given, name)) continue;
    metadata[name] = typeof value === 'string' ? value : JSON.stringify(value);
    if (ACTIVE_METADATA.includes(name)) notes.add(object, `metadata.${name} is kept as text without an effect`);
  }
  for (const column of ids) {
    const value = textColumn(row, column);
    if (value !== undefined) metadata[`litellm_${column}`] = value;
  }
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}

/** Returns the fields that are not undefined. */
export function withoutAbsent(fields: DocumentFields): DocumentFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
