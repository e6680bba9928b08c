import { type GatewayError, modelNotFound } from '../../errors/errors.ts';
import type { Model } from '../types/model.ts';

/** A model and the name by which a request asks for it. */
export interface ModelUnderName {
  readonly name: string;
  readonly card: Model;
}

/** Returns the error for a retired model without a successor that answers. */
export function retiredModel({ name, card }: ModelUnderName): GatewayError {
  const advice = card.successor === undefined ? '' : ` Use \`${card.successor}\` instead.`;
  return modelNotFound(`The model \`${name}\` was retired on ${card.lifecycle.endOfLife}.${advice}`);
}

/** Shortens a name for an error message. 200 characters are enough for every real ARN. */
export function shortenedName(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
