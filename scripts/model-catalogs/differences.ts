import type { Model } from '../../src/models/types/model.ts';
import type { Catalog, CatalogModel } from './catalog.ts';

/** Difference between the table of models and a catalog. */
export interface Difference {
  id: string;
  /** Field that differs. `missing`: the table does not have the model. */
  field: 'missing' | 'prefixes' | keyof CatalogModel;
  /** Values of the table and of the catalog. */
  tableValue: string;
  catalogValue: string;
  source: string;
}

type Field = Exclude<keyof CatalogModel, 'id' | 'prefixes'>;

/** Values of the table for each field of catalogs. Undefined if the table does not have the fact. */
const TABLE_VALUES: Readonly<Record<Field, (card: Model) => unknown>> = {
  contextTokens: ({ rules }) => rules.contextTokens,
  maxOutputTokens: ({ rules }) => rules.maxOutputTokens,
  inputPrice: ({ price }) => price && Number(price.rates[0]),
  outputPrice: ({ price }) => price && Number(price.rates[1]),
  cacheMinTokens: ({ rules }) => rules.cacheMinTokens,
  endOfLife: ({ lifecycle }) => lifecycle.endOfLife,
  nativeFormat: ({ rules }) => rules.structuredOutput === 'native' || undefined,
  tiers: ({ rules }) => (rules.serviceTiers?.includes('flex') ? true : undefined),
};
const FIELDS = Object.keys(TABLE_VALUES) as Field[];

/**
 * Returns the differences between the table and a catalog, by model. Includes models that only the catalog lists, but
 * not facts that only the table has.
 */
export function differencesFrom(catalog: Catalog, table: readonly Model[]): Difference[] {
  const cards = new Map(table.map((card) => [card.id, card]));
  return [...catalog.models.values()].toSorted(byId).flatMap((model): Difference[] => {
    const card = cards.get(model.id);
    const { source } = catalog;
    if (card === undefined) {
      return [{ id: model.id, field: 'missing', tableValue: 'no row', catalogValue: shown(model.prefixes), source }];
    }
    const differs = FIELDS.filter((field) => model[field] !== undefined && model[field] !== TABLE_VALUES[field](card));
    return [
      ...profileDifference(model, card, source),
      ...differs.map((field): Difference => ({
        id: model.id,
        field,
        tableValue: shown(TABLE_VALUES[field](card)),
        catalogValue: shown(model[field]),
        source,
      })),
    ];
  });
}

/** Returns a line for each enumeration value that only the service model or only the gateway has. */
export function unknownValues(
  enumerations: ReadonlyMap<string, readonly string[]>,
  known: Readonly<Record<string, readonly string[]>>,
  source: string,
): string[] {
  return Object.entries(known).flatMap(([shape, values]) => {
    const listed = enumerations.get(shape);
    if (listed === undefined) return [`${source}: the shape ${shape} no longer exists`];
    const added = listed.filter((value) => !values.includes(value));
    const gone = values.filter((value) => !listed.includes(value));
    return [
      ...added.map((value) => `${source}: ${shape} has "${value}", which the gateway does not know`),
      ...gone.map((value) => `${source}: ${shape} no longer has "${value}"`),
    ];
  });
}

/** Renders a difference as one line. */
export function lineOf({ id, field, tableValue, catalogValue, source }: Difference): string {
  return `${id}  ${field}: table ${tableValue}, ${source} ${catalogValue}`;
}

function profileDifference({ id, prefixes }: CatalogModel, card: Model, source: string): Difference[] {
  const missing = prefixes.filter((prefix) => !card.prefixes.includes(prefix));
  if (missing.length === 0) return [];
  return [{ id, field: 'prefixes', tableValue: shown(card.prefixes), catalogValue: `also ${shown(missing)}`, source }];
}

function byId(one: CatalogModel, other: CatalogModel): number {
  return one.id < other.id ? -1 : 1;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'bare id' : value.join(' ');
  return value === undefined ? 'none' : JSON.stringify(value).replaceAll('"', '');
}
