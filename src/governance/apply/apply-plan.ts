import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import type { Problem } from '../../config/settings/config-error.ts';
import { createObjectId, type EntityKind, FILE_KINDS } from '../documents/entity-kind.ts';
import type { GovernanceRecord, ManagedBy } from '../documents/governance-record.ts';
import { referenceProblems } from '../documents/reference-problems.ts';
import { auditJson } from '../repository/audit-chain.ts';
import type { AppliedDocument, ApplyOptions } from './apply-request.ts';
import { atDocument } from './apply-request.ts';
import { type OverriddenKey, withKeptState } from './kept-state.ts';
import { invalidDocument, managedByFiles } from '../administration/administration-errors.ts';
import { referencesOf } from '../administration/checks/reference-check.ts';

const MAX_PLAN_PROBLEMS = 20;

/** An object that an apply writes. */
export interface PlannedChange {
  readonly record: GovernanceRecord;
  readonly former?: GovernanceRecord;
  /** Names of the fields that differ. */
  readonly fields: readonly string[];
}

/** What an apply does. */
export interface ApplyPlan {
  readonly create: readonly PlannedChange[];
  readonly change: readonly PlannedChange[];
  readonly remove: readonly GovernanceRecord[];
  readonly unchanged: number;
  /** Keys that keep a state which their files do not have. They are among the changed or unchanged ones, too. */
  readonly overridden: readonly OverriddenKey[];
}

/** All objects by id and by name, among which an apply finds its own. */
export class ObjectIndex {
  private readonly ids = new Map<string, GovernanceRecord>();
  private readonly names = new Map<string, GovernanceRecord>();

  add(record: GovernanceRecord): void {
    this.ids.set(`${record.kind} ${record.id}`, record);
    this.names.set(`${record.kind} ${record.name}`, record);
  }

  delete({ kind, id, name }: GovernanceRecord): void {
    this.ids.delete(`${kind} ${id}`);
    if (this.names.get(`${kind} ${name}`)?.id === id) this.names.delete(`${kind} ${name}`);
  }

  byId(kind: EntityKind, id: string): GovernanceRecord | undefined {
    return this.ids.get(`${kind} ${id}`);
  }

  byName(kind: EntityKind, name: string): GovernanceRecord | undefined {
    return this.names.get(`${kind} ${name}`);
  }

  all(): IterableIterator<GovernanceRecord> {
    return this.ids.values();
  }
}

/** Parts of the check of a plan. */
interface PlanInput {
  readonly applied: readonly AppliedDocument[];
  readonly options: ApplyOptions;
  /** Objects of the database. The plan changes it to the state after the apply. */
  readonly objects: ObjectIndex;
  /** Returns the object of governance.files with a name. */
  readonly fileObject: (kind: EntityKind, name: string) => GovernanceRecord | undefined;
  /** Returns the teams of governance.files with a parent. */
  readonly childrenInFiles: (parent: string) => readonly GovernanceRecord[];
  /** Hashes that no key may have. */
  readonly forbiddenHashes: ReadonlySet<string>;
}

/** Returns what an apply changes. Throws GatewayError 400 for invalid references, and 409 for objects of another source. */
export async function planApply(input: PlanInput): Promise<ApplyPlan> {
  const { applied, objects } = input;
  const problems: Problem[] = [];
  const changes: { path: string; planned: PlannedChange }[] = [];
  const kept = new Set<string>();
  const affected = new Set<string>();
  const overridden: OverriddenKey[] = [];
  const pause = new EventLoopPause();
  let unchanged = 0;
  for (const given of applied) {
    if (pause.isDue()) await pause.take();
    const former = formerOf(given, objects, problems);
    if (former !== undefined) kept.add(former.id);
    const withKept = withKeptState(given, former);
    if (withKept !== undefined) overridden.push(overriddenKey(withKept, former!));
    const document = withKept ?? given;
    const planned = plannedChange(document, former);
    problems.push(...stateProblems(document, former, input.forbiddenHashes));
    if (planned === undefined) unchanged += 1;
    else changes.push({ path: document.path, planned });
    if (former !== undefined && former.name !== planned?.record.name) affected.add(`${former.kind} ${former.name}`);
  }
  const remove = removals(input, kept);
  for (const record of remove) {
    objects.delete(record);
    affected.add(`${record.kind} ${record.name}`);
  }
  for (const { planned } of changes) if (planned.former !== undefined) objects.delete(planned.former);
  for (const { planned } of changes) {
    objects.add(planned.record);
    affected.add(`${planned.record.kind} ${planned.record.name}`);
  }
  problems.push(...(await brokenReferences(input, changes, affected)));
  if (problems.length > 0) throw invalidDocument(problems);
  const planned = changes.map((change) => change.planned);
  return {
    create: planned.filter(({ former }) => former === undefined),
    change: inOrderOfNames(planned.filter(({ former }) => former !== undefined)),
    remove,
    unchanged,
    overridden,
  };
}

function overriddenKey({ record, managedBy }: AppliedDocument, { id }: GovernanceRecord): OverriddenKey {
  return { record: { ...(record as GovernanceRecord<'Key'>), id, managedBy }, fileState: managedBy!.appliedState! };
}

function formerOf(
  { record, hasId, path }: AppliedDocument,
  objects: ObjectIndex,
  problems: Problem[],
): GovernanceRecord | undefined {
  const byName = objects.byName(record.kind, record.name);
  if (!hasId) return byName;
  return objects.byId(record.kind, record.id) ?? withOtherId(byName, { record, path }, problems);
}

function withOtherId(
  byName: GovernanceRecord | undefined,
  { path }: Pick<AppliedDocument, 'record' | 'path'>,
  problems: Problem[],
): undefined {
  if (byName !== undefined) {
    problems.push({
      path: `${path}.id`,
      message: `must be '${byName.id}', the id of the object with this name, or absent`,
    });
  }
  return undefined;
}

/** Returns the change of a document; undefined if the object is equal already. A new commit alone is no change. */
function plannedChange(
  { record, hasId, managedBy }: AppliedDocument,
  former: GovernanceRecord | undefined,
): PlannedChange | undefined {
  const { kind } = record;
  const owner = former?.managedBy;
  if (owner !== undefined && owner.source !== managedBy?.source) throw managedByFiles(former!);
  const id = former?.id ?? (hasId ? record.id : createObjectId(kind));
  const next = { kind, id, name: record.name, document: record.document, origin: 'database', version: 0 };
  const complete = { ...next, ...(managedBy && { managedBy }) } as GovernanceRecord;
  if (former === undefined) return { record: complete, fields: [] };
  const fields = changedFields(former.document, record.document);
  const isSame = fields.length === 0 && hasSameOrigin(owner, managedBy);
  return isSame ? undefined : { record: complete, former, fields };
}

function hasSameOrigin(one: ManagedBy | undefined, other: ManagedBy | undefined): boolean {
  return one?.source === other?.source && one?.file === other?.file && one?.appliedState === other?.appliedState;
}

function changedFields(former: object, next: object): string[] {
  const [before, after] = [former, next] as Record<string, unknown>[];
  const names = new Set([...Object.keys(before!), ...Object.keys(after!)]);
  names.delete('id');
  return [...names].filter((name) => auditJson({ value: before![name] }) !== auditJson({ value: after![name] })).sort();
}

function stateProblems(
  { record, path }: AppliedDocument,
  former: GovernanceRecord | undefined,
  forbiddenHashes: ReadonlySet<string>,
): Problem[] {
  if (record.kind !== 'Key') return [];
  const problems = record.document.secrets.flatMap(({ hash }, index) =>
    forbiddenHashes.has(hash)
      ? [{ path: `${path}.secrets[${index}].hash`, message: 'must not be the hash of a key in admin.keys' }]
      : [],
  );
  const wasRevoked = former?.kind === 'Key' && former.document.state === 'revoked';
  if (!wasRevoked || record.document.state === 'revoked') return problems;
  return [...problems, { path: `${path}.state`, message: 'must be revoked; a revoked key stays revoked' }];
}

function removals({ objects, options }: PlanInput, kept: ReadonlySet<string>): GovernanceRecord[] {
  const { prune, source } = options;
  if (!prune) return [];
  return [...objects.all()].filter(
    (record) =>
      record.managedBy?.source === source &&
      (FILE_KINDS as readonly EntityKind[]).includes(record.kind) &&
      !kept.has(record.id),
  );
}

/** Checks each changed object, and each other object that refers to a changed or removed one. */
async function brokenReferences(
  { objects, fileObject, childrenInFiles }: PlanInput,
  changes: readonly { path: string; planned: PlannedChange }[],
  affected: ReadonlySet<string>,
): Promise<Problem[]> {
  const paths = new Map(changes.map(({ path, planned }) => [planned.record.id, path]));
  const find = (kind: EntityKind, name: string): never =>
    (fileObject(kind, name) ?? objects.byName(kind, name)) as never;
  const problems: Problem[] = [];
  for (const { path, planned } of changes) {
    const { kind, name, document } = planned.record;
    const child = kind === 'Team' && document.parent !== undefined ? childrenInFiles(name)[0] : undefined;
    if (child === undefined) continue;
    const message = `must be absent; the team '${child.name}' of governance.files has this team as its parent`;
    problems.push({ path: `${path}.parent`, message });
  }
  const pause = new EventLoopPause();
  for (const record of objects.all()) {
    const path = paths.get(record.id);
    if (path !== undefined || referencesOf(record).some(({ kind, name }) => affected.has(`${kind} ${name}`))) {
      const place = path ?? `${record.kind} '${record.name}'`;
      problems.push(...referenceProblems(record, find).map((problem) => atDocument(place, problem)));
    }
    if (problems.length >= MAX_PLAN_PROBLEMS) break;
    if (pause.isDue()) await pause.take();
  }
  return problems;
}

/** Returns changes in an order in which each new name is free when it is written. */
function inOrderOfNames(changes: readonly PlannedChange[]): PlannedChange[] {
  const renamed = changes.filter(({ record, former }) => record.name !== former!.name);
  const ordered = changes.filter(({ record, former }) => record.name === former!.name);
  const taken = new Map(renamed.map(({ former }) => [`${former!.kind} ${former!.name}`, true]));
  let rest = renamed;
  while (rest.length > 0) {
    const free = rest.filter(({ record }) => !taken.has(`${record.kind} ${record.name}`));
    if (free.length === 0) {
      const message = 'must not exchange its name with another object in one apply; apply in two steps';
      throw invalidDocument([{ path: `${rest[0]!.record.kind} '${rest[0]!.record.name}'`, message }]);
    }
    ordered.push(...free);
    for (const { former } of free) taken.delete(`${former!.kind} ${former!.name}`);
    rest = rest.filter((change) => !free.includes(change));
  }
  return ordered;
}
