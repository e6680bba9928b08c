import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
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
  noDatabase,
  noSuchObject,
  objectInUse,
} from './administration-errors.ts';
import { checkVersion, type ExpectedVersion } from './checks/expected-version.ts';
import { checkMayWrite, mayRead } from './checks/object-scope.ts';
import { contradictedUsers, usersOf } from './checks/object-users.ts';
import { findReferenceProblems } from './checks/reference-check.ts';
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
      const former = await this.findForChange(change, kind, name);
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
    const problems = await findReferenceProblems(record, ({ kind, name }) => this.load(change, kind, name));
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
    const found = await this.findForChange(change, kind, nameOrId, administrator);
    if (found === undefined || !mayRead(administrator, found)) throw noSuchObject(kind, nameOrId);
    return found;
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

  private async findForChange<Kind extends EntityKind>(
    change: GovernanceTransaction,
    kind: Kind,
    nameOrId: string,
    reader?: Administrator,
  ): Promise<GovernanceRecord<Kind> | undefined> {
    const ofFile = this.fileObject(kind, nameOrId);
    if (ofFile !== undefined) {
      if (reader !== undefined && !mayRead(reader, this.withTeam(ofFile))) throw noSuchObject(kind, nameOrId);
      throw definedByFile(ofFile);
    }
    const found = await change.find(kind, nameOrId);
    if (found?.managedBy === undefined) return found;
    if (reader !== undefined && !mayRead(reader, this.withTeam(found))) throw noSuchObject(kind, nameOrId);
    throw managedByFiles(found);
  }
}

/** Returns the first part of the names of actions in the audit. */
export function actionPrefix(kind: EntityKind): string {
  return kind === 'CatalogEntry' ? 'catalog' : kind.toLowerCase();
}

/** Returns the body with the name of the path. Throws GatewayError 400 for another name, and for an id. */
function withName(kind: EntityKind, name: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields: Record<string, unknown> = { ...body };
  checkNoId(fields);
  const field = kind === 'CatalogEntry' ? 'model' : 'name';
  if (fields[field] !== undefined && fields[field] !== name) throw otherName(field, name);
  return { ...fields, [field]: name };
}

/** Throws GatewayError 400 for a document with an id, because the gateway chooses it. */
export function checkNoId(fields: Readonly<Record<string, unknown>>): void {
  if (fields['id'] === undefined) return;
  throw invalidDocument([{ path: 'id', message: 'must be absent; the gateway chooses the id' }]);
}

function otherName(field: string, name: string): GatewayError {
  return invalidDocument([{ path: field, message: `must be '${name}', as in the path, or absent` }]);
}
