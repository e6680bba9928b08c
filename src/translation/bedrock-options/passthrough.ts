import { badRequest } from '../../errors/errors.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { Adjustments } from '../adjustments.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Model fields and beta flags of a request, not validated yet. */
export interface PassthroughOptions {
  /** Name of the field in the client's request. */
  param: string;
  fields: unknown;
  /** List of beta flags, or one string in the form of Anthropic's header: `a,b`. */
  betas: unknown;
}

/**
 * Returns the additional model fields of a request. These are the fields that the settings allow, and `prepared`, which
 * the gateway set itself. `prepared` takes precedence, because the rest of the request depends on it. Throws
 * GatewayError 400 for fields of the wrong type or nested too deeply.
 */
export function withPassthrough(
  prepared: Fields,
  options: PassthroughOptions,
  policy: TranslationPolicy['passthrough'],
  rules: ModelRules,
  adjustments: Adjustments,
): Record<string, unknown> {
  const { anthropic_beta: nested, ...fields } = fieldsOf(options);
  const allowed = Object.entries(fields).filter(
    ([name]) => policy.modelFields.includes(name) && !Object.hasOwn(prepared, name),
  );
  for (const [name, value] of allowed) {
    const param = `${options.param}.${name}`;
    if (exceedsMaxDepth(value))
      throw badRequest(`${param} may be nested at most ${MAX_JSON_DEPTH} levels deep.`, param);
  }
  if (allowed.length < Object.keys(fields).length) adjustments.dropped(options.param);

  const requested = [
    ...betasOf(options.betas, 'anthropic_beta'),
    ...betasOf(nested, `${options.param}.anthropic_beta`),
  ];
  const betas = rules.betaFlags ? requested.filter((beta) => policy.betaFlags.includes(beta)) : [];
  if (betas.length < requested.length) adjustments.dropped('anthropic_beta');

  const all = [...new Set([...betasOf(prepared['anthropic_beta'], 'anthropic_beta'), ...betas])];
  return { ...Object.fromEntries(allowed), ...prepared, ...(all.length > 0 && { anthropic_beta: all }) };
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
