/** The state of a model in the catalog of the company. */
export type CatalogState = 'preview' | 'approved' | 'deprecated' | 'blocked';

/** An entry of the catalog. It applies to every name of its model. */
export interface CatalogEntry {
  /** Name of the model, as GET /v1/models lists it, or its Bedrock id. */
  readonly model: string;
  readonly state: CatalogState;
  /** Names of the only teams that may use the model, with the children of each. Absent: all callers. */
  readonly teams?: readonly string[];
  /** Day (until its end, UTC) or time after which the model is blocked. */
  readonly end?: string;
  /** Name of the model to use instead, for messages. */
  readonly successor?: string;
}

/** What an answer reports about a model that the catalog deprecates. */
export interface CatalogDeprecation {
  readonly end?: string;
  readonly successor?: string;
}
