import type { Problem } from '../../../config/settings/config-error.ts';
import type { EntityKind } from '../../documents/entity-kind.ts';
import type { GovernanceRecord } from '../../documents/governance-record.ts';
import { referenceProblems } from '../../documents/reference-problems.ts';

/** A reference to an object by its name. */
export interface ObjectReference {
  readonly kind: EntityKind;
  readonly name: string;
}

/** Returns the objects that a document refers to. */
export function referencesOf(record: GovernanceRecord): ObjectReference[] {
  const references: ObjectReference[] = [];
  referenceProblems(record, (kind, name) => {
    references.push({ kind, name });
    return undefined;
  });
  return references;
}

/** Returns true if a document refers to an object. */
export function refersTo(record: GovernanceRecord, { kind, name }: ObjectReference): boolean {
  return referencesOf(record).some((reference) => reference.kind === kind && reference.name === name);
}

/** Returns the problems of the references of an object. `load` reads an object by its name. */
export async function findReferenceProblems(
  record: GovernanceRecord,
  load: (reference: ObjectReference) => Promise<GovernanceRecord | undefined>,
): Promise<Problem[]> {
  const loaded = new Map<string, GovernanceRecord | undefined>();
  for (const reference of referencesOf(record)) {
    const found = await load(reference);
    // The repository finds objects by id, too, but documents refer to names.
    loaded.set(keyOf(reference), found?.name === reference.name ? found : undefined);
  }
  return referenceProblems(record, (kind, name) => loaded.get(keyOf({ kind, name })) as never);
}

function keyOf({ kind, name }: ObjectReference): string {
  return `${kind} ${name}`;
}
