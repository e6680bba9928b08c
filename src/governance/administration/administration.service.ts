import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { DocumentReader } from '../documents/document-reader.ts';
import { createObjectId, type EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { GovernanceService } from '../governance.service.ts';
import type { GovernanceTransaction } from '../repository/governance-transaction.ts';
import { GovernanceRepository } from '../repository/governance.repository.ts';
import { GovernanceConflictError } from '../repository/stored-change.ts';
import type { Administrator } from './administrator.ts';
import {
  definedByFile,
  existsAlready,
  invalidDocument,
  managedByFiles,
  nameIsId,
  noDatabase,
  noSuchObject,
  objectInUse,
  outsideTeam,
} from './administration-errors.ts';
import { checkVersion, type ExpectedVersion } from './checks/expected-version.ts';
import { checkMayWrite, mayRead } from './checks/object-scope.ts';
import { contradictedUsers, usersOf } from './checks/object-users.ts';
import { withName } from './checks/document-name.ts';
import { findReferenceProblems, type ObjectReference } from './checks/reference-check.ts';
import { auditedDocument } from './object-view.ts';

/** A change of one object. */
export interface ObjectChange {
  readonly administrator: Administrator;
  /** Such as `key.rotate`. */
  readonly action: string;
  readonly record: GovernanceRecord;
  readonly former?: GovernanceRecord;
  /** Ends running requests, too. */
  readonly cut?: boolean;
  /** True if the object is managed by files and the change is an exception of an admin. */
  readonly isOverride?: boolean;
}

/**
 * Changes objects of the database. Each change is one transaction with its check, its audit entry and its revision. The replica
 * of this process has the change when the call returns. Throws GatewayError 409 `read_only` without a database.
 */
@Injectable()
export class AdministrationService {
  readonly reader = new DocumentReader();

  constructor(
    readonly repository: GovernanceRepository,
    readonly governance: GovernanceService,
    private readonly config: GatewayConfig,
  ) {}

  /** Runs a change under the lock of all changes. `run` may run twice. */
  async change<T>(run: (change: GovernanceTransaction) => Promise<T>): Promise<T> {
    if (!this.repository.isConfigured) throw noDatabase();
    try {
      const { result } = await this.repository.change(run);
      await this.governance.replica?.synchronize();
      return result;
    } catch (error) {
      throw error instanceof GovernanceConflictError ? existsAlready(error) : error;
    }
  }

  /** Creates or replaces an object by its name. Returns it, and whether it is new. */
  async put<Kind extends 'Team' | 'Application' | 'CatalogEntry'>(
    administrator: Administrator,
    target: { kind: Kind; name: string; body: unknown },
    expected: ExpectedVersion,
  ): Promise<{ record: GovernanceRecord<Kind>; created: boolean }> {
    const { kind, name } = target;
    const document = this.readDocument(kind, withName(kind, name, target.body));
    return this.change(async (change) => {
      const former = await this.findForPut(change, administrator, { kind, name });
      checkVersion(former, expected);
      const id = former?.id ?? createObjectId(kind);
      const record = { ...former, kind, id, name, document, origin: 'database', version: 0 } as GovernanceRecord<Kind>;
      const action = `${actionPrefix(kind)}.${former === undefined ? 'create' : 'change'}`;
      const written = await this.write(change, { administrator, action, record, former });
      return { record: written as GovernanceRecord<Kind>, created: former === undefined };
    });
  }

  /** Deletes an object by its name or id. Throws GatewayError 409 `object_in_use` if others refer to it. */
  async remove(
    administrator: Administrator,
    { kind, name }: { kind: EntityKind; name: string },
    expected: ExpectedVersion,
  ): Promise<GovernanceRecord> {
    return this.change(async (change) => {
      const record = await this.requireForChange(change, administrator, kind, name);
      checkVersion(record, expected);
      checkMayWrite(administrator, record, record);
      const users = await usersOf(change, record);
      if (users.length > 0) throw objectInUse(record, users);
      await change.remove(record);
      if (kind === 'Key') change.cut(record);
      change.appendAudit({
        actor: administrator.actor,
        action: `${actionPrefix(kind)}.delete`,
        objectKind: kind,
        objectId: record.id,
        before: auditedDocument(record),
      });
      return record;
    });
  }

  /** Checks an object, and writes it with its audit entry. */
  async write(change: GovernanceTransaction, details: ObjectChange): Promise<GovernanceRecord> {
    const { administrator, action, record, former, cut = false, isOverride = false } = details;
    checkMayWrite(administrator, record, former);
    const problems = await findReferenceProblems(record, (reference) =>
      this.loadReferred(change, administrator, reference),
    );
    if (problems.length > 0) throw invalidDocument(problems);
    if (former !== undefined) {
      const users = await contradictedUsers(change, { record, former }, (parent) => this.childrenInFiles(parent));
      if (users.length > 0) throw objectInUse(record, users);
    }
    const written = await change.write(record);
    if (cut) change.cut(written);
    change.appendAudit({
      actor: administrator.actor,
      action,
      objectKind: record.kind,
      objectId: record.id,
      ...(former && { before: auditedDocument(former) }),
      after: auditedDocument(written),
      ...((cut || isOverride) && { details: { ...(cut && { cut }), ...(isOverride && { managedByFiles: true }) } }),
    });
    return written;
  }

  /** Returns an object of the database for a change. Throws GatewayError 404, or 409 if files define it. */
  async requireForChange<Kind extends EntityKind>(
    change: GovernanceTransaction,
    administrator: Administrator,
    kind: Kind,
    nameOrId: string,
  ): Promise<GovernanceRecord<Kind>> {
    const found = this.fileObject(kind, nameOrId) ?? (await change.find(kind, nameOrId));
    if (found === undefined || !mayRead(administrator, this.withTeam(found))) throw noSuchObject(kind, nameOrId);
    return changeable(found);
  }

  /**
   * Returns a key for a change of its state. An admin may also change that of a key that was applied from files, because an
   * emergency cannot wait for them. Throws like `requireForChange`.
   */
  async requireForState(
    change: GovernanceTransaction,
    administrator: Administrator,
    nameOrId: string,
  ): Promise<GovernanceRecord<'Key'>> {
    if (administrator.role !== 'admin' || this.fileObject('Key', nameOrId) !== undefined) {
      return this.requireForChange(change, administrator, 'Key', nameOrId);
    }
    const found = await change.find('Key', nameOrId);
    if (found === undefined) throw noSuchObject('Key', nameOrId);
    return found;
  }

  /** Validates a document of a request. Throws GatewayError 400. */
  readDocument<Kind extends EntityKind>(kind: Kind, body: unknown): GovernanceRecord<Kind>['document'] {
    const { document, problems } = this.reader.read(kind, body);
    if (problems !== undefined) throw invalidDocument(problems);
    return document;
  }

  /** Returns an object by its name, of files or of the database. */
  async load(change: GovernanceTransaction, kind: EntityKind, name: string): Promise<GovernanceRecord | undefined> {
    return this.fileObject(kind, name) ?? change.find(kind, name);
  }

  /** Returns an object that a document refers to. Those of other teams do not exist for a team admin. */
  async loadReferred(
    change: GovernanceTransaction,
    administrator: Administrator,
    { kind, name }: ObjectReference,
  ): Promise<GovernanceRecord | undefined> {
    const found = await this.load(change, kind, name);
    const isHidden = administrator.role === 'team-admin' && found !== undefined && !mayRead(administrator, found);
    return isHidden ? undefined : found;
  }

  /** Returns the object of governance.files with this name or id. */
  fileObject<Kind extends EntityKind>(kind: Kind, nameOrId: string): GovernanceRecord<Kind> | undefined {
    const found = this.governance.snapshot?.find(kind, nameOrId);
    return found?.origin === 'file' ? found : undefined;
  }

  /** Returns a key that names only its application with the team of the application, which its reader may be limited to. */
  withTeam(record: GovernanceRecord): GovernanceRecord {
    if (record.kind !== 'Key') return record;
    const { team, application } = record.document;
    if (team !== undefined || application === undefined) return record;
    const owner = this.governance.snapshot?.find('Application', application)?.document.team;
    return owner === undefined ? record : { ...record, document: Object.assign({}, record.document, { team: owner }) };
  }

  /** Returns the teams of governance.files with this parent. */
  childrenInFiles(parent: string): GovernanceRecord<'Team'>[] {
    const children: GovernanceRecord<'Team'>[] = [];
    for (const team of this.governance.snapshot?.records('Team') ?? []) {
      // Objects of files come first.
      if (team.origin !== 'file') break;
      if (team.document.parent === parent) children.push(team);
    }
    return children;
  }

  /** Hashes of admin keys, which no key of a caller may have. */
  get adminHashes(): ReadonlySet<string> {
    return new Set(this.config.admin.keys.map(({ hash }) => hash));
  }

  /** Returns the object with a name, or undefined. Throws GatewayError 403 for one of another team, and 400 for an id. */
  private async findForPut<Kind extends EntityKind>(
    change: GovernanceTransaction,
    administrator: Administrator,
    { kind, name }: { kind: Kind; name: string },
  ): Promise<GovernanceRecord<Kind> | undefined> {
    const found = this.fileObject(kind, name) ?? (await change.find(kind, name));
    if (found === undefined) return undefined;
    if (!mayRead(administrator, found)) throw outsideTeam(administrator.team ?? '', 'team');
    if (found.name !== name) throw nameIsId(kind, name);
    return changeable(found);
  }
}

/** Returns an object of the database. Throws GatewayError 409 if files define it. */
function changeable<Kind extends EntityKind>(found: GovernanceRecord<Kind>): GovernanceRecord<Kind> {
  if (found.origin === 'file') throw definedByFile(found);
  if (found.managedBy !== undefined) throw managedByFiles(found);
  return found;
}

/** Returns the first part of the names of actions in the audit. */
export function actionPrefix(kind: EntityKind): string {
  return kind === 'CatalogEntry' ? 'catalog' : kind.toLowerCase();
}
