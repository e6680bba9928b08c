import type { ModelCard } from '../types/model.ts';

type RowFacts = Pick<ModelCard, 'rules'> & Partial<Omit<ModelCard, 'name' | 'displayName' | 'id' | 'provider'>>;

/** A row of a model that its bare id can call; the vendor is the first part of the id. */
export function onDemand(name: string, displayName: string, id: string, facts: RowFacts): ModelCard {
  const provider = id.slice(0, id.indexOf('.'));
  return { name, displayName, provider, id, aliases: [], prefixes: [], onDemand: true, lifecycle: {}, ...facts };
}

/** A row of a model that only answers through an inference profile. */
export function profiled(
  name: string,
  displayName: string,
  id: string,
  facts: RowFacts & Pick<ModelCard, 'prefixes'>,
): ModelCard {
  return onDemand(name, displayName, id, { ...facts, onDemand: false });
}
