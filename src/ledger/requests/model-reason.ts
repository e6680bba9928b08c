import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { failedCalls } from './failed-calls.ts';
import type { StoredRequestRow } from './stored-request.ts';

/**
 * Why this model has answered.
 * - `asked`: the request names it.
 * - `name`: the name in the request stands for it: an alias, an id of Bedrock, or `models.default`.
 * - `successor`: the model in the request is retired.
 * - `fallback`: other models have failed.
 * - `answer_cache`: the gateway had an answer of it.
 * - `none`: no model has answered.
 */
export type ModelReason = 'asked' | 'name' | 'successor' | 'fallback' | 'answer_cache' | 'none';

/** Which model the request asked for, which one has answered, and why. */
export interface ModelChoice {
  readonly asked: string | null;
  readonly answering: string | null;
  readonly reason: ModelReason;
  /** One sentence. */
  readonly explanation: string;
  /** `deprecated`: the state of the answering model in the catalog. */
  readonly state?: 'deprecated';
}

/** Returns the choice of the model. `fallback` are the entries of the models that failed. */
export function modelChoice(
  row: Pick<StoredRequestRow, 'model_asked' | 'model_answering' | 'cache'>,
  { modelState, requestedName }: LedgerExplanation,
  fallback: readonly string[],
): ModelChoice {
  const answering = row.model_answering;
  const isOtherName = requestedName !== undefined && requestedName !== row.model_asked;
  const asked = isOtherName ? requestedName : row.model_asked;
  const [reason, explanation] = modelReasonOf(row, { asked, isOtherName, fallback });
  return { asked, answering, reason, explanation, ...(modelState && { state: modelState }) };
}

function modelReasonOf(
  row: Pick<StoredRequestRow, 'model_asked' | 'model_answering' | 'cache'>,
  { asked, fallback, isOtherName }: { asked: string | null; fallback: readonly string[]; isOtherName: boolean },
): [ModelReason, string] {
  const { model_answering: answering, model_asked: model } = row;
  if (answering === null) return ['none', 'No model has answered.'];
  if (row.cache === 'hit') return ['answer_cache', `The gateway had an answer of ${answering} to the same request.`];
  if (fallback.length > 0) {
    const failures = failedCalls(fallback).map(({ errorCode, name }) => `${name} failed with ${errorCode}`);
    return ['fallback', `${failures.join(', ')}. ${answering} is the next fallback model.`];
  }
  if (model !== answering) return ['successor', `${model} is retired. ${answering} is its successor.`];
  if (isOtherName) return ['name', `The name ${asked} stands for ${answering}, by an alias, an id, or models.default.`];
  return ['asked', `The request names ${answering}.`];
}
