/** Kinds of objects that the administration changes. */
export const ENTITY_KINDS = ['Team', 'Application', 'Key', 'Principal', 'Budget', 'Override', 'CatalogEntry'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];
