import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import type { Problem } from '../../config/settings/config-error.ts';
import type { DocumentReader } from '../documents/document-reader.ts';
import type { FileKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord, ManagedBy } from '../documents/governance-record.ts';
import { invalidDocument } from '../administration/administration-errors.ts';

/** Maximum number of documents of one apply. */
export const MAX_APPLIED_DOCUMENTS = 100_000;
const MAX_APPLY_PROBLEMS = 20;

/** Options of an apply, without its documents. */
export interface ApplyOptions {
  /** Source of the documents. Absent for an import, whose objects the API may change. */
  readonly source?: string;
  readonly commit?: string;
  readonly dryRun: boolean;
  /** Removes objects of the same source that are not among the documents. */
  readonly prune: boolean;
}

/** A document of an apply, with its origin. */
export interface AppliedDocument {
  readonly record: GovernanceRecord<FileKind>;
  /** True if the document has an id. */
  readonly hasId: boolean;
  readonly managedBy?: ManagedBy;
  /** Path of the document in the body of the request. */
  readonly path: string;
}

/** Reads the documents of a request. Throws GatewayError 400 with the path of each problem. */
export async function readApplied(
  documents: readonly unknown[],
  options: ApplyOptions,
  reader: DocumentReader,
): Promise<AppliedDocument[]> {
  const problems: Problem[] = [];
  const applied: AppliedDocument[] = [];
  const known = new Map<string, string>();
  const pause = new EventLoopPause();
  for (const [index, tagged] of documents.entries()) {
    const path = `documents[${index}]`;
    const { file, value } = withoutFile(tagged);
    const read = reader.readTagged(value);
    if ('record' in read) {
      const { record } = read;
      const { id, ...document } = record.document;
      const key = `${record.kind} ${record.name}`;
      const first = known.get(key);
      if (first !== undefined) problems.push({ path, message: `has the same kind and name as ${first}` });
      known.set(key, path);
      const managedBy = managedByOf(options, file);
      const stored = { ...record, document } as GovernanceRecord<FileKind>;
      applied.push({ record: stored, hasId: id !== undefined, path, ...(managedBy && { managedBy }) });
    } else {
      const origin = file === undefined ? '' : ` (${file})`;
      problems.push(...read.problems.map((problem) => atDocument(path, problem, origin)));
    }
    if (problems.length >= MAX_APPLY_PROBLEMS) break;
    if (pause.isDue()) await pause.take();
  }
  if (problems.length > 0) throw invalidDocument(problems);
  return applied;
}

/** Returns a problem with the path of its document in front. */
export function atDocument(path: string, problem: Problem, origin = ''): Problem {
  return { path: problem.path === '' ? path : `${path}.${problem.path}`, message: problem.message + origin };
}

function withoutFile(tagged: unknown): { file?: string; value: unknown } {
  if (typeof tagged !== 'object' || tagged === null || Array.isArray(tagged)) return { value: tagged };
  const { file, ...value } = tagged as Record<string, unknown>;
  return typeof file === 'string' ? { file: file.slice(0, 1_000), value } : { value: tagged };
}

function managedByOf({ source, commit }: ApplyOptions, file: string | undefined): ManagedBy | undefined {
  if (source === undefined) return undefined;
  return { source, ...(file !== undefined && { file }), ...(commit !== undefined && { commit }) };
}
