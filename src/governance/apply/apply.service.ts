import { Injectable } from '@nestjs/common';
import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { GovernanceTransaction } from '../repository/governance-transaction.ts';
import type { PageReader } from '../repository/record-reader.ts';
import { OBJECT_KINDS } from '../repository/record-rows.ts';
import { actionPrefix, AdministrationService } from '../administration/administration.service.ts';
import type { Administrator } from '../administration/administrator.ts';
import { type ApplyPlan, ObjectIndex, planApply, type PlannedChange } from './apply-plan.ts';
import { type AppliedDocument, type ApplyOptions, readApplied } from './apply-request.ts';
import { auditedDocument } from '../administration/object-view.ts';

const APPLY_SLICE = 1_000;

/** An object of a plan, as the admin API returns it. */
export interface PlannedObject {
  kind: string;
  id: string;
  name: string;
  file?: string;
  fields?: readonly string[];
}

/** Result of an apply, or of its dry run. */
export interface ApplyResult {
  dryRun: boolean;
  source: string | null;
  commit: string | null;
  create: PlannedObject[];
  change: PlannedObject[];
  remove: PlannedObject[];
  unchanged: number;
  /** Keys that keep the state that an administrator has set by the API, although their files have another one. */
  overridden: OverriddenObject[];
}

/** A key with its present state and that of its file. */
export interface OverriddenObject extends PlannedObject {
  state: string;
  fileState: string;
}

/** Applies documents to the database: all of them, or none. */
@Injectable()
export class ApplyService {
  constructor(private readonly administration: AdministrationService) {}

  /** Applies documents, or returns the plan only. The second apply of the same documents changes nothing. */
  async apply(
    administrator: Administrator,
    documents: readonly unknown[],
    options: ApplyOptions,
  ): Promise<ApplyResult> {
    const applied = await readApplied(documents, options, this.administration.reader);
    const plan = await this.planAndWrite(administrator, applied, options);
    const { source = null, commit = null, dryRun } = options;
    return {
      dryRun,
      source,
      commit,
      create: plan.create.map(describe),
      change: plan.change.map((change) => ({ ...describe(change), fields: change.fields })),
      remove: plan.remove.map((record) => describe({ record })),
      unchanged: plan.unchanged,
      overridden: plan.overridden.map(({ record, fileState }) => ({
        ...describe({ record }),
        state: record.document.state,
        fileState,
      })),
    };
  }

  private async planAndWrite(
    administrator: Administrator,
    applied: readonly AppliedDocument[],
    options: ApplyOptions,
  ): Promise<ApplyPlan> {
    const { repository } = this.administration;
    // A dry run does not wait for the lock of changes, and delays no change.
    if (options.dryRun && repository.isConfigured) {
      return this.plan(await repository.readState(readObjectsOf), applied, options);
    }
    return this.administration.change(async (change) => {
      const objects = await readObjectsOf((kind, page) => change.page(kind, page));
      const plan = await this.plan(objects, applied, options);
      await writePlan(change, plan, { administrator, options });
      return plan;
    });
  }

  private plan(objects: ObjectIndex, applied: readonly AppliedDocument[], options: ApplyOptions): Promise<ApplyPlan> {
    const { adminHashes: forbiddenHashes } = this.administration;
    const fileObject = (kind: EntityKind, name: string) => this.administration.fileObject(kind, name);
    const childrenInFiles = (parent: string) => this.administration.childrenInFiles(parent);
    return planApply({ applied, options, objects, fileObject, childrenInFiles, forbiddenHashes });
  }
}

async function readObjectsOf(readPage: PageReader): Promise<ObjectIndex> {
  const index = new ObjectIndex();
  for (const kind of OBJECT_KINDS) {
    let after = '';
    for (;;) {
      const slice = await readPage(kind, { after, limit: APPLY_SLICE });
      for (const record of slice) index.add(record);
      if (slice.length < APPLY_SLICE) break;
      after = slice.at(-1)!.id;
    }
  }
  return index;
}

async function writePlan(
  change: GovernanceTransaction,
  plan: ApplyPlan,
  { administrator, options }: { administrator: Administrator; options: ApplyOptions },
): Promise<void> {
  const { actor } = administrator;
  const { source, commit } = options;
  await change.removeAll(plan.remove);
  for (const record of plan.remove) {
    if (record.kind === 'Key') change.cut(record);
    const entry = { actor, objectKind: record.kind, objectId: record.id, before: auditedDocument(record) };
    change.appendAudit({ ...entry, action: `${actionPrefix(record.kind)}.delete` });
  }
  // Renamed objects come last, each after the one that had its name. Those of one statement must not depend on each other.
  const same = plan.change.filter(({ record, former }) => record.name === former!.name);
  const renamed = plan.change.filter(({ record, former }) => record.name !== former!.name);
  await change.writeAll(same.map(({ record }) => record));
  for (const { record } of renamed) await change.write(record);
  await change.writeAll(plan.create.map(({ record }) => record));
  const pause = new EventLoopPause();
  for (const { record, former } of [...plan.change, ...plan.create]) {
    if (pause.isDue()) await pause.take();
    const action = `${actionPrefix(record.kind)}.${former === undefined ? 'create' : 'change'}`;
    change.appendAudit({
      actor,
      action,
      objectKind: record.kind,
      objectId: record.id,
      ...(former && { before: auditedDocument(former) }),
      after: auditedDocument(record),
    });
  }
  const counts = { created: plan.create.length, changed: plan.change.length, removed: plan.remove.length };
  const hasChanges = counts.created + counts.changed + counts.removed > 0;
  if (source === undefined && !hasChanges) return;
  const action = source === undefined ? 'import' : 'apply';
  change.appendAudit({ actor, action, details: { source, commit, ...counts, unchanged: plan.unchanged } });
}

function describe({ record }: Pick<PlannedChange, 'record'> | { record: GovernanceRecord }): PlannedObject {
  const { kind, id, name, managedBy } = record;
  return { kind, id, name, ...(managedBy?.file !== undefined && { file: managedBy.file }) };
}
