/** An object with its name, as far as it still exists. */
export interface NamedId {
  readonly id: string;
  /** Absent if no object has this id any more. */
  readonly name?: string;
}

/** Finds the names of ids. Undefined for an object that does not exist any more. */
export interface RequestNames {
  key(id: string): string | undefined;
  team(id: string): string | undefined;
  application(id: string): string | undefined;
}

/** Ids and names of those to whom a request belongs. Null where it belongs to none. */
export interface RequestOwners {
  readonly key: NamedId | null;
  readonly team: NamedId | null;
  readonly application: NamedId | null;
  readonly principal: { readonly id: string } | null;
}

/** Columns with the owners of a row. */
interface OwnerColumns {
  readonly key_id: string | null;
  readonly team_id: string | null;
  readonly application_id: string | null;
  readonly principal_id: string | null;
}

/** Returns the owners of a row. The only place where views of requests show the id of a principal. */
export function ownersOf(row: OwnerColumns, names: RequestNames): RequestOwners {
  return {
    key: namedId(row.key_id, (id) => names.key(id)),
    team: namedId(row.team_id, (id) => names.team(id)),
    application: namedId(row.application_id, (id) => names.application(id)),
    principal: row.principal_id === null ? null : { id: row.principal_id },
  };
}

function namedId(id: string | null, nameOf: (id: string) => string | undefined): NamedId | null {
  if (id === null) return null;
  const name = nameOf(id);
  return name === undefined ? { id } : { id, name };
}
