import { badRequest } from '../../errors/errors.ts';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { emptyArray, emptyString, invalidType, notListed, notText } from '../../limits/field-errors.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import { Adjustments } from '../adjustments.ts';
import { shapeOf, shapeByField } from '../nested-fields/field-shape.ts';
import { HARMLESS_ON_PARTS } from '../nested-fields/harmless-fields.ts';
import { inspectFields, requestFieldShapes } from '../nested-fields/inspect-fields.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { MODERATIONS_PARAMETERS } from '../parameters/moderations-parameters.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { GuardrailAnswer } from '../../wire/guardrail.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Content filters of Bedrock Guardrails, with the OpenAI category that corresponds to each. */
const FILTERS: Readonly<Record<string, string>> = {
  HATE: 'hate',
  INSULTS: 'harassment',
  SEXUAL: 'sexual',
  VIOLENCE: 'violence',
  MISCONDUCT: 'illicit',
};
/** OpenAI's other categories. No content filter corresponds to them, so they are always false. */
const UNKNOWN = [
  'harassment/threatening',
  'hate/threatening',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual/minors',
  'violence/graphic',
];
/** Scores for the four confidence levels of Bedrock Guardrails, which have no numeric values. */
const SCORES: Readonly<Record<string, number>> = { NONE: 0, LOW: 0.25, MEDIUM: 0.5, HIGH: 0.9 };

/** The request of OpenAI's Moderations API. */
export interface ModerationsRequest {
  /** A text, an array of texts, or an array of text parts. Not yet validated. */
  input: unknown;
  model?: string | null;
}

/** OpenAI's result for one text. */
export interface ModerationResult {
  /** True if the guardrail intervened, for whatever reason. */
  flagged: boolean;
  categories: Record<string, boolean>;
  /** From 0 to 1, by category. */
  category_scores: Record<string, number>;
  /** Always `['text']`, by category. */
  category_applied_input_types: Record<string, string[]>;
  /**
   * The guardrail's assessments as Bedrock returned them. Denied topics, word filters and personal data have no OpenAI
   * category.
   */
  guardrail_assessments: readonly unknown[];
}

const checker = new ParameterChecker(MODERATIONS_PARAMETERS);
const FIELD_SHAPES = requestFieldShapes({
  input: { shape: shapeByField('type', { text: shapeOf([['type', 'text'], HARMLESS_ON_PARTS]) }) },
});

/**
 * Returns the texts of a request, each of which the guardrail assesses separately, and the entries of
 * `x-outcrop-adjusted`.
 *
 * @throws GatewayError 400 with `param` for an invalid field
 */
export function moderationsRequest(
  request: ModerationsRequest,
  policy: TranslationPolicy,
): { texts: readonly string[]; adjusted: readonly string[] } {
  const adjustments = new Adjustments();
  checker.check(request, adjustments);
  inspectFields(request, FIELD_SHAPES, policy, adjustments);
  return { texts: moderatedTexts(request.input), adjusted: adjustments.list() };
}

function moderatedTexts(input: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0) throw emptyArray('input');
  requireAtMost(CONTENT_LIMITS.moderationInputs, list, 'input');
  const texts = list.map((member, index) => textOf(member, Array.isArray(input) ? `input[${index}]` : 'input'));
  // As in OpenAI's API, an array of parts is one input, and an array of texts is one input for each text.
  return list.every((member) => typeof member === 'string') ? texts : [texts.join('\n')];
}

function textOf(member: unknown, param: string): string {
  const { type, text } = (isRecord(member) ? member : {}) as { type?: unknown; text?: unknown };
  const found = typeof member === 'string' ? member : type === 'text' ? text : undefined;
  const textParam = typeof member === 'string' ? param : `${param}.text`;
  if (typeof found === 'string' && found.trim() !== '') return found;
  if (type === 'image_url') {
    throw badRequest('Moderation of images is not supported. Send text.', param, 'unsupported_parameter');
  }
  if (found === '') throw emptyString(textParam);
  if (typeof found === 'string') throw badRequest(`Invalid '${textParam}': the text is blank.`, textParam);
  if (type === 'text') throw notText(textParam, text);
  if (isRecord(member)) throw notListed(`${param}.type`, ['text'], type);
  throw invalidType(param, 'one of a string or an array of strings', member);
}

/** Builds the body of ApplyGuardrail for a user's text (AWS API reference, 2026-11). */
export function applyGuardrailBody(text: string): object {
  return { source: 'INPUT', content: [{ text: { text } }] };
}

/** Converts the answer of ApplyGuardrail to OpenAI's result. */
export function moderationResult({ action, assessments = [] }: GuardrailAnswer): ModerationResult {
  const names = [...Object.values(FILTERS), ...UNKNOWN];
  const categories = Object.fromEntries(names.map((name) => [name, false]));
  const scores = Object.fromEntries(names.map((name) => [name, 0]));
  for (const filter of assessments.flatMap(({ contentPolicy }) => contentPolicy?.filters ?? [])) {
    const name = FILTERS[filter.type ?? ''];
    if (name === undefined) continue;
    categories[name] ||= filter.detected ?? filter.action === 'BLOCKED';
    scores[name] = Math.max(scores[name] ?? 0, SCORES[filter.confidence ?? ''] ?? 0);
  }
  return {
    flagged: action === 'GUARDRAIL_INTERVENED',
    categories,
    category_scores: scores,
    category_applied_input_types: Object.fromEntries(names.map((name) => [name, ['text']])),
    guardrail_assessments: assessments,
  };
}
