import type { ApplicationDocument } from './application-document.ts';
import type { BudgetDocument, OverrideDocument } from './budget-document.ts';
import type { CatalogEntryDocument } from './catalog-entry-document.ts';
import type { KeyDocument } from './key-document.ts';
import type { PrincipalDocument } from './principal-document.ts';
import type { TeamDocument } from './team-document.ts';

/** The document of each kind of object. */
export interface DocumentsByKind {
  Team: TeamDocument;
  Application: ApplicationDocument;
  Key: KeyDocument;
  Principal: PrincipalDocument;
  Budget: BudgetDocument;
  Override: OverrideDocument;
  CatalogEntry: CatalogEntryDocument;
}

/** The file from which an object was applied. Such an object is changed by the next `apply` only. */
export interface ManagedBy {
  /** Source of the documents, such as `git:company/llm-access`. */
  source: string;
  /** Path of the document's file in the source. */
  file?: string;
  /** Commit of the source. */
  commit?: string;
  /** State of a key in its file, if an administrator has set another one by the API. */
  appliedState?: KeyDocument['state'];
}

type RecordOf<Kind extends keyof DocumentsByKind> = Kind extends keyof DocumentsByKind
  ? {
      kind: Kind;
      id: string;
      /** Unique in its kind: the name; for a catalog entry the model, for a principal and an override the id. */
      name: string;
      document: DocumentsByKind[Kind];
      /** `file`: of governance.files. A file's object takes precedence over the database's. */
      origin: 'file' | 'database';
      /** Number of changes, for `ETag`. 0 for an object of a file. */
      version: number;
      managedBy?: ManagedBy;
      /** ISO 8601, UTC. Absent for an object of a file. */
      createdAt?: string;
      updatedAt?: string;
    }
  : never;

/** A governance object with its origin, as the snapshot and the administration see it. */
export type GovernanceRecord<Kind extends keyof DocumentsByKind = keyof DocumentsByKind> = RecordOf<Kind>;
