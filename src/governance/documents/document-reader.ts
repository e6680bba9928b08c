import { EntryReader } from '../../config/keys-file/entry-reader.ts';
import { closestName } from '../../config/loading/nearest-name.ts';
import { truncateName } from '../../config/loading/describe-value.ts';
import type { Problem } from '../../config/settings/config-error.ts';
import type { SectionClass } from '../../config/settings/section-class.ts';
import { ApplicationDocument } from './application-document.ts';
import { BudgetDocument, OverrideDocument } from './budget-document.ts';
import { CatalogEntryDocument } from './catalog-entry-document.ts';
import { documentProblems } from './document-problems.ts';
import { type EntityKind, FILE_KINDS, type FileKind, fileObjectId } from './entity-kind.ts';
import type { DocumentsByKind, GovernanceRecord } from './governance-record.ts';
import { KeyDocument } from './key-document.ts';
import { PrincipalDocument } from './principal-document.ts';
import { TeamDocument } from './team-document.ts';

/** The class of the document of each kind. */
export const DOCUMENT_CLASSES: Readonly<Record<EntityKind, SectionClass>> = {
  Team: TeamDocument,
  Application: ApplicationDocument,
  Key: KeyDocument,
  Principal: PrincipalDocument,
  Budget: BudgetDocument,
  Override: OverrideDocument,
  CatalogEntry: CatalogEntryDocument,
};

/** Result of reading a document; `problems` have the path of the field within the document. */
export type ReadDocument<Kind extends EntityKind> =
  | { document: DocumentsByKind[Kind]; problems?: undefined }
  | { document?: undefined; problems: Problem[] };

/** Result of reading a document with its kind. */
export type ReadFileDocument = { record: GovernanceRecord<FileKind>; problems?: undefined } | { problems: Problem[] };

/** Reads governance documents of files, of the admin API and of the database. One reader serves all callers. */
export class DocumentReader {
  private readonly readers = new Map<EntityKind, EntryReader>();

  /** Reads a document without the field `kind`. Returns plain data with the defaults of absent fields. */
  read<Kind extends EntityKind>(kind: Kind, value: unknown): ReadDocument<Kind> {
    const read = this.readerOf(kind).read(value);
    if (read.problems) return { problems: read.problems };
    const document = read.entry as unknown as DocumentsByKind[Kind];
    const problems = documentProblems(kind, document);
    return problems.length === 0 ? { document } : { problems };
  }

  /** Reads a document with the field `kind`, as files have it, and returns a record of a file. */
  readTagged(value: unknown): ReadFileDocument {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { problems: [{ path: '', message: `must be an object with kind: ${FILE_KINDS.join(', ')}` }] };
    }
    const { kind, ...fields } = value as Record<string, unknown>;
    if (!isFileKind(kind)) return { problems: [{ path: 'kind', message: describeKind(kind) }] };
    const read = this.read(kind, fields);
    return read.problems ? { problems: read.problems } : { record: fileRecord(kind, read.document) };
  }

  private readerOf(kind: EntityKind): EntryReader {
    const known = this.readers.get(kind);
    if (known !== undefined) return known;
    const created = new EntryReader(DOCUMENT_CLASSES[kind]);
    this.readers.set(kind, created);
    return created;
  }
}

/** Returns the unique name of a document in its kind. An override has no name besides its id. */
export function documentName<Kind extends EntityKind>(kind: Kind, document: DocumentsByKind[Kind]): string | undefined {
  switch (kind) {
    case 'CatalogEntry':
      return (document as CatalogEntryDocument).model;
    case 'Principal':
    case 'Override':
      return document.id;
    case 'Team':
    case 'Application':
    case 'Key':
    case 'Budget':
      return (document as TeamDocument).name;
    default:
      return kind satisfies never;
  }
}

function fileRecord(kind: FileKind, document: DocumentsByKind[FileKind]): GovernanceRecord<FileKind> {
  const name = documentName(kind, document)!;
  const id = document.id ?? fileObjectId(kind, name);
  return { kind, id, name, document, origin: 'file', version: 0 } as GovernanceRecord<FileKind>;
}

function isFileKind(kind: unknown): kind is FileKind {
  return (FILE_KINDS as readonly unknown[]).includes(kind);
}

function describeKind(kind: unknown): string {
  const allowed = `must be one of ${FILE_KINDS.join(', ')}`;
  if (typeof kind !== 'string') return kind === undefined ? `is missing; ${allowed}` : allowed;
  const guess = closestName(kind, FILE_KINDS);
  return `${allowed}; found "${truncateName(kind)}"${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}
