import { badRequest } from '../../errors/errors.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { Adjustments } from '../adjustments.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface PassthroughOptions {
  /** Name by which the request gives the fields. */
  param: string;
  fields: unknown;
  /** A list, or Anthropic's header in one string: `a,b`. */
  betas: unknown;
}

/**
 * What a request hands to the model past the gateway, as far as the settings list it. `planned` is what the gateway
 * says itself: that stays as it is, since the rest of the request was planned with it.
 */
export function withPassthrough(
  planned: Fields,
  wish: PassthroughOptions,
  policy: TranslationPolicy['passthrough'],
  rules: ModelRules,
  adjustments: Adjustments,
): Record<string, unknown> {
  const { anthropic_beta: nested, ...fields } = fieldsOf(wish);
  const allowed = Object.entries(fields).filter(
    ([name]) => policy.modelFields.includes(name) && !Object.hasOwn(planned, name),
  );
  for (const [name, value] of allowed) {
    const param = `${wish.param}.${name}`;
    if (exceedsMaxDepth(value)) throw badRequest(`${param} may be nested ${MAX_JSON_DEPTH} levels deep.`, param);
  }
  if (allowed.length < Object.keys(fields).length) adjustments.dropped(wish.param);

  const wanted = [...betasOf(wish.betas, 'anthropic_beta'), ...betasOf(nested, `${wish.param}.anthropic_beta`)];
  const betas = rules.betaFlags ? wanted.filter((beta) => policy.betaFlags.includes(beta)) : [];
  if (betas.length < wanted.length) adjustments.dropped('anthropic_beta');

  const all = [...new Set([...betasOf(planned['anthropic_beta'], 'anthropic_beta'), ...betas])];
  return { ...Object.fromEntries(allowed), ...planned, ...(all.length > 0 && { anthropic_beta: all }) };
}

function fieldsOf({ fields, param }: PassthroughOptions): Fields {
  if (fields === undefined || fields === null) return {};
  if (typeof fields !== 'object' || Array.isArray(fields)) throw invalidType(param, 'an object', fields);
  return fields as Fields;
}

function betasOf(betas: unknown, param: string): readonly string[] {
  if (betas === undefined || betas === null) return [];
  if (typeof betas === 'string') return betas.split(',').flatMap((beta) => beta.trim() || []);
  if (Array.isArray(betas) && betas.every((beta) => typeof beta === 'string')) return betas;
  throw invalidType(param, 'one of a string or an array of strings', betas);
}
