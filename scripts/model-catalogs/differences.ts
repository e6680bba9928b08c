import type { Model } from '../../src/models/types/model.ts';
import type { Catalog, CatalogModel } from './catalog.ts';

/** One disagreement between the table of models and a catalog. */
export interface Difference {
  id: string;
  /** `missing`: the table has no such model. */
  field: 'missing' | 'prefixes' | keyof CatalogModel;
  /** What the table has, and what the catalog lists. */
  ours: string;
  theirs: string;
  source: string;
}

type Field = Exclude<keyof CatalogModel, 'id' | 'prefixes'>;

/** What the table has of each field that catalogs list. Undefined: the table makes no statement. */
const OURS: Readonly<Record<Field, (card: Model) => unknown>> = {
  contextTokens: ({ rules }) => rules.contextTokens,
  maxOutputTokens: ({ rules }) => rules.maxOutputTokens,
  inputPrice: ({ price }) => price?.input,
  outputPrice: ({ price }) => price?.output,
  cacheMinTokens: ({ rules }) => rules.cacheMinTokens,
  endOfLife: ({ lifecycle }) => lifecycle.endOfLife,
  nativeFormat: ({ rules }) => rules.structuredOutput === 'native' || undefined,
  tiers: ({ rules }) => (rules.serviceTiers?.includes('flex') ? true : undefined),
};
const FIELDS = Object.keys(OURS) as Field[];

/**
 * Everything in which the table and a catalog disagree, model by model. What a catalog does not list is no
 * disagreement; models of the catalog that the table lacks are.
 */
export function differencesFrom(catalog: Catalog, table: readonly Model[]): Difference[] {
  const cards = new Map(table.map((card) => [card.id, card]));
  return [...catalog.models.values()].toSorted(byId).flatMap((model): Difference[] => {
    const card = cards.get(model.id);
    const { source } = catalog;
    if (card === undefined) {
      return [{ id: model.id, field: 'missing', ours: 'no row', theirs: shown(model.prefixes), source }];
    }
    const differs = FIELDS.filter((field) => model[field] !== undefined && model[field] !== OURS[field](card));
    return [
      ...profileDifference(model, card, source),
      ...differs.map((field): Difference => ({
        id: model.id,
        field,
        ours: shown(OURS[field](card)),
        theirs: shown(model[field]),
        source,
      })),
    ];
  });
}

/** Values of the service model that the gateway does not know, one line each. */
export function unknownValues(
  enumerations: ReadonlyMap<string, readonly string[]>,
  known: Readonly<Record<string, readonly string[]>>,
  source: string,
): string[] {
  return Object.entries(known).flatMap(([shape, values]) => {
    const listed = enumerations.get(shape);
    if (listed === undefined) return [`${source}: the shape ${shape} does not exist any more`];
    const added = listed.filter((value) => !values.includes(value));
    const gone = values.filter((value) => !listed.includes(value));
    return [
      ...added.map((value) => `${source}: ${shape} has "${value}", which the gateway does not know`),
      ...gone.map((value) => `${source}: ${shape} no longer has "${value}"`),
    ];
  });
}

/** The line that people read. */
export function lineOf({ id, field, ours, theirs, source }: Difference): string {
  return `${id}  ${field}: ours ${ours}, ${source} ${theirs}`;
}

function profileDifference({ id, prefixes }: CatalogModel, card: Model, source: string): Difference[] {
  const missing = prefixes.filter((prefix) => !card.prefixes.includes(prefix));
  if (missing.length === 0) return [];
  return [{ id, field: 'prefixes', ours: shown(card.prefixes), theirs: `also ${shown(missing)}`, source }];
}

function byId(one: CatalogModel, other: CatalogModel): number {
  return one.id < other.id ? -1 : 1;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'bare id' : value.join(' ');
  return value === undefined ? 'none' : JSON.stringify(value).replaceAll('"', '');
}
