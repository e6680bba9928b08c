import { GatewayError, modelNotFound, permissionDenied } from '../../errors/errors.ts';
import type { ResidencyRule } from '../../request/caller.ts';
import type { CatalogEntry } from '../types/catalog-entry.ts';
import { type ModelUnderName, shortenedName } from './model-name-errors.ts';

/** Why a caller may not use a model. */
export type AccessRefusal =
  | { readonly reason: 'list'; readonly owner: string }
  | { readonly reason: 'blocked'; readonly model: ModelUnderName; readonly entry: CatalogEntry }
  | { readonly reason: 'uncataloged' }
  | { readonly reason: 'preview' }
  | { readonly reason: 'teams' };

/** The model that a request asks for. */
export interface RefusedModel {
  /** Absent if the request names no model. */
  readonly requested: string | undefined;
  readonly named: ModelUnderName;
  /** The model that would answer. Undefined if none would. */
  readonly answering: ModelUnderName | undefined;
}

/** Owner of the list of an API key, for messages. */
export const THIS_KEY = 'this API key';

/** Creates the error of a refusal. */
export function accessError(refusal: AccessRefusal, refused: RefusedModel): GatewayError {
  const { requested, named } = refused;
  const model = `\`${shortenedName(requested ?? named.name)}\``;
  switch (refusal.reason) {
    case 'list':
      return permissionDenied(listMessage(refusal.owner, refused), 'model');
    case 'blocked':
      return modelBlocked(
        `The model \`${shortenedName(refusal.model.name)}\` is blocked${catalogEndText(refusal.entry)}.`,
        refusal.entry,
      );
    case 'uncataloged':
      return modelBlocked(
        `The model ${model} has no entry in the catalog, and this gateway answers only models of the catalog (setting catalog.enforce).`,
      );
    case 'preview':
      return permissionDenied(
        `The model ${model} is in preview in the catalog. A list of models must name it without a pattern.`,
        'model',
      );
    case 'teams':
      return permissionDenied(`The catalog allows the model ${model} to other teams only.`, 'model');
    default:
      return refusal satisfies never;
  }
}

/** Creates the error for a request whose data may not go to any target. `subject`: what the targets are for. */
export function residencyDenied(rule: ResidencyRule, subject: string, param: string | null): GatewayError {
  const { geographies, profiles, accounts } = rule;
  const parts = Object.entries({ geographies, profiles, accounts }).flatMap(([name, values]) =>
    values === undefined ? [] : [`${name}: ${values.join(', ')}`],
  );
  return new GatewayError({
    code: 'residency_denied',
    message: `The data policy of ${withArticle(rule.owner)} (${parts.join('; ')}) allows no target of ${subject}.`,
    param,
  });
}

/** Creates the error for a retired model if its successor may not answer. */
export function successorNotExact({ name, card }: ModelUnderName, owner: string): GatewayError {
  const advice = card.successor === undefined ? '' : ` Use \`${card.successor}\` instead.`;
  return modelNotFound(
    `The model \`${name}\` was retired on ${card.lifecycle.endOfLife}, and ${exactness(owner)}, so no successor answers.${advice}`,
  );
}

/** Returns the clause that an owner requires the requested model. */
export function exactness(owner: string): string {
  return `${withArticle(owner)} requires the exact model (modelChange: exact)`;
}

/** Returns the name of an owner within a sentence. */
export function withArticle(owner: string): string {
  return owner.startsWith('this ') ? owner : `the ${owner}`;
}

function listMessage(owner: string, { requested, named, answering }: RefusedModel): string {
  const who = withArticle(owner);
  const subject = `${who.charAt(0).toUpperCase()}${who.slice(1)}`;
  if (requested === undefined) {
    return (
      `${subject} may not use \`${named.name}\`, the default for requests without \`model\`. ` +
      'Set `model` to a model that GET /v1/models lists.'
    );
  }
  const isOther = answering !== undefined && answering !== named;
  const answer = isOther ? `, for which \`${answering.card.name}\` answers` : '';
  return `${subject} may not use the model \`${shortenedName(requested)}\`${answer}.`;
}

function modelBlocked(reason: string, entry?: CatalogEntry): GatewayError {
  const advice = entry?.successor === undefined ? '' : ` Use \`${entry.successor}\` instead.`;
  return new GatewayError({ code: 'model_blocked', message: `${reason}${advice}`, param: 'model' });
}

function catalogEndText({ end }: CatalogEntry): string {
  return end === undefined ? ' in the catalog' : ` in the catalog (end: ${end})`;
}
