import { badRequest } from '../../errors/errors.ts';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { emptyArray, emptyString, invalidType, notListed, notText } from '../../limits/field-errors.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import { Adjustments } from '../adjustments.ts';
import { shapeOf, unionBy } from '../nested-fields/field-shape.ts';
import { HARMLESS_ON_PARTS } from '../nested-fields/harmless-fields.ts';
import { inspectFields, requestPlaces } from '../nested-fields/inspect-fields.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { MODERATIONS_PARAMETERS } from '../parameters/moderations-parameters.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { GuardrailAnswer } from '../../wire/guardrail.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** OpenAI's categories that a content filter of Bedrock's guardrails looks for, too. */
const FILTERS: Readonly<Record<string, string>> = {
  HATE: 'hate',
  INSULTS: 'harassment',
  SEXUAL: 'sexual',
  VIOLENCE: 'violence',
  MISCONDUCT: 'illicit',
};
/** OpenAI's other categories: no guardrail tells of them, so they are always false. */
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
/** Guardrails tell four degrees of confidence and no numbers. */
const SCORES: Readonly<Record<string, number>> = { NONE: 0, LOW: 0.25, MEDIUM: 0.5, HIGH: 0.9 };

/** OpenAI's request. */
export interface ModerationsRequest {
  input: unknown;
  model?: string | null;
}

export interface ModerationResult {
  flagged: boolean;
  categories: Record<string, boolean>;
  category_scores: Record<string, number>;
  category_applied_input_types: Record<string, string[]>;
  /** All that the guardrail found: denied topics, words and personal data have no category at OpenAI. */
  guardrail_assessments: readonly unknown[];
}

const judge = new ParameterChecker(MODERATIONS_PARAMETERS);
const PLACES = requestPlaces({
  input: { shape: unionBy('type', { text: shapeOf([['type', 'text'], HARMLESS_ON_PARTS]) }) },
});

/** The texts of a request, each on its own, and its fields without effect. Throws GatewayError 400 with `param`. */
export function moderationsRequest(
  request: ModerationsRequest,
  policy: TranslationPolicy,
): { texts: readonly string[]; adjusted: readonly string[] } {
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);
  inspectFields(request, PLACES, policy, adjustments);
  return { texts: moderatedTexts(request.input), adjusted: adjustments.list() };
}

function moderatedTexts(input: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0) throw emptyArray('input');
  requireAtMost(CONTENT_LIMITS.moderationInputs, list, 'input');
  const texts = list.map((member, index) => textOf(member, Array.isArray(input) ? `input[${index}]` : 'input'));
  // Parts are one thing to look at, as OpenAI does; texts are many.
  return list.every((member) => typeof member === 'string') ? texts : [texts.join('\n')];
}

function textOf(member: unknown, param: string): string {
  const { type, text } = (isRecord(member) ? member : {}) as { type?: unknown; text?: unknown };
  const found = typeof member === 'string' ? member : type === 'text' ? text : undefined;
  const textParam = typeof member === 'string' ? param : `${param}.text`;
  if (typeof found === 'string' && found.trim() !== '') return found;
  if (type === 'image_url') {
    throw badRequest('Images are not moderated here; send texts.', param, 'unsupported_parameter');
  }
  if (found === '') throw emptyString(textParam);
  if (typeof found === 'string') throw badRequest(`Invalid '${textParam}': the text is blank.`, textParam);
  if (type === 'text') throw notText(textParam, text);
  if (isRecord(member)) throw notListed(`${param}.type`, ['text'], type);
  throw invalidType(param, 'one of a string or an array of strings', member);
}

/** The body of ApplyGuardrail (AWS API reference, 2026-11): what a user says is its input. */
export function applyGuardrailBody(text: string): object {
  return { source: 'INPUT', content: [{ text: { text } }] };
}

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
