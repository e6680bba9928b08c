import type { Model } from '../types/model.ts';

type RowFacts = Pick<Model, 'rules'> & Partial<Omit<Model, 'name' | 'displayName' | 'id' | 'provider'>>;

/** Creates a model that can be called by its bare id. The vendor is the first part of the id. */
export function onDemandModel(name: string, displayName: string, id: string, facts: RowFacts): Model {
  const provider = id.slice(0, id.indexOf('.'));
  return { name, displayName, provider, id, aliases: [], prefixes: [], onDemand: true, lifecycle: {}, ...facts };
}

/** Creates a model that can be called by inference profiles only. */
export function profileOnlyModel(
  name: string,
  displayName: string,
  id: string,
  facts: RowFacts & Pick<Model, 'prefixes'>,
): Model {
  return onDemandModel(name, displayName, id, { ...facts, onDemand: false });
}
