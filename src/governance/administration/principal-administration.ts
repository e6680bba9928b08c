import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { GovernanceTransaction } from '../repository/governance-transaction.ts';
import type { PrincipalIdentity, RoleAssignment } from '../repository/principal-store.ts';
import { AdministrationService } from './administration.service.ts';
import { checkVersion, type ExpectedVersion } from './checks/expected-version.ts';
import { type AdminRole, ADMIN_ROLES, type Administrator } from './administrator.ts';
import { invalidDocument, noDatabase, noSuchObject, notDisabled, objectInUse } from './administration-errors.ts';
import { mergedFields } from './key-administration.ts';

/** Fields that the administration sets. The others are those of the identity provider. */
const CHANGEABLE_FIELDS = ['state', 'models', 'limits'];

/** Objects that are searched for those of an owner. */
const MAX_OWNED = 1_000;

/** A role of a principal. */
export interface NamedRole {
  principal: string;
  role: AdminRole;
  /** Name of the team of a team admin. */
  team?: string;
}

/** Changes principals and their roles. */
@Injectable()
export class PrincipalAdministration {
  constructor(private readonly administration: AdministrationService) {}

  /** False without a database. */
  get isConfigured(): boolean {
    return this.administration.repository.isConfigured;
  }

  /** Changes state, models or limits of a principal; null removes a field. */
  async patch(
    administrator: Administrator,
    id: string,
    { fields, cut }: { fields: Readonly<Record<string, unknown>>; cut: boolean },
    expected: ExpectedVersion,
  ): Promise<GovernanceRecord<'Principal'>> {
    const other = Object.keys(fields).find((name) => !CHANGEABLE_FIELDS.includes(name));
    if (other !== undefined) {
      throw invalidDocument([
        { path: other, message: `must be absent; the fields are ${CHANGEABLE_FIELDS.join(', ')}, cut` },
      ]);
    }
    return this.administration.change(async (change) => {
      const former = await this.administration.requireForChange(change, administrator, 'Principal', id);
      checkVersion(former, expected);
      // The groups are those of the identity provider. Their names must not prevent a change.
      const { groups, ...present } = former.document;
      const read = this.administration.readDocument('Principal', mergedFields(present, fields));
      const document = Object.assign({}, read, groups !== undefined && { groups });
      const record: GovernanceRecord<'Principal'> = { ...former, document };
      const details = { administrator, action: 'principal.change', record, former, cut };
      return (await this.administration.write(change, details)) as GovernanceRecord<'Principal'>;
    });
  }

  /** Reads email and name of a principal, and writes this read to the audit. */
  async identity(administrator: Administrator, id: string): Promise<PrincipalIdentity> {
    const { repository } = this.administration;
    if (!repository.isConfigured || (await repository.find('Principal', id)) === undefined) {
      throw noSuchObject('Principal', id);
    }
    await this.administration.change(async (change) => {
      change.appendAudit({ ...principalEntry(administrator, id), action: 'principal.identity.read' });
    });
    return (await repository.identity(id)) ?? { email: null, name: null };
  }

  /** Deletes email, name and salt of a principal. */
  async erase(administrator: Administrator, id: string): Promise<void> {
    await this.administration.change(async (change) => {
      await this.administration.requireForChange(change, administrator, 'Principal', id);
      await change.eraseIdentity(id);
      change.appendAudit({ ...principalEntry(administrator, id), action: 'principal.identity.erase' });
    });
  }

  /**
   * Removes a principal with its identity and its roles, and ends its running requests. The audit entry has a hash of the id only.
   * Returns false if an earlier erasure has removed it and continues. Throws GatewayError 404, or 409 for a principal that is not
   * disabled or that owns objects.
   */
  async remove(
    administrator: Administrator,
    id: string,
    inLedger: 'absent' | 'present' | 'requested',
  ): Promise<boolean> {
    return this.administration.change(async (change) => {
      const found = await change.find('Principal', id);
      if (found === undefined && inLedger === 'absent') throw noSuchObject('Principal', id);
      if (found === undefined && inLedger === 'requested') return false;
      if (found !== undefined && found.document.state !== 'disabled') throw notDisabled(id);
      const owned = await this.ownedBy(change, id);
      if (owned.length > 0) throw objectInUse({ kind: 'Principal', name: id }, owned);
      if (found !== undefined) {
        await change.remove(found);
        change.cut(found);
      }
      const details = { sha256: createHash('sha256').update(id).digest('hex') };
      const { actor } = administrator;
      change.appendAudit({ actor, action: 'principal.erase', objectKind: 'Principal', objectId: 'erased', details });
      return true;
    });
  }

  /** Reads the roles of one principal, or of all. */
  async roles(principalId?: string): Promise<NamedRole[]> {
    const { repository } = this.administration;
    if (!repository.isConfigured) return [];
    const assignments = await repository.roles(principalId);
    return Promise.all(assignments.map((assignment) => this.named(assignment)));
  }

  async assign(administrator: Administrator, role: NamedRole): Promise<NamedRole> {
    return this.changeRole(administrator, role, 'assign');
  }

  async unassign(administrator: Administrator, role: NamedRole): Promise<NamedRole> {
    return this.changeRole(administrator, role, 'remove');
  }

  /** Returns the keys and applications that a principal owns, of files and of the database. */
  private async ownedBy(change: GovernanceTransaction, id: string): Promise<GovernanceRecord[]> {
    const { snapshot } = this.administration.governance;
    const ofFiles = (['Key', 'Application'] as const).flatMap((kind) =>
      [...(snapshot?.records(kind) ?? [])].filter(({ origin }) => origin === 'file'),
    );
    return [...ofFiles, ...(await change.findMentioning(id, MAX_OWNED))].filter(
      (record) => (record.kind === 'Key' || record.kind === 'Application') && record.document.owner === id,
    );
  }

  private async changeRole(
    administrator: Administrator,
    named: NamedRole,
    verb: 'assign' | 'remove',
  ): Promise<NamedRole> {
    const { principal, role, team } = named;
    if (!this.administration.repository.isConfigured) throw noDatabase();
    await this.administration.change(async (change) => {
      await this.administration.requireForChange(change, administrator, 'Principal', principal);
      const found = team === undefined ? undefined : await this.administration.load(change, 'Team', team);
      if (team !== undefined && found === undefined) throw noSuchObject('Team', team);
      if (verb === 'assign') await change.assignRole(principal, role, found?.id);
      else await change.removeRole(principal, role, found?.id);
      const details = { role, ...(team !== undefined && { team }) };
      change.appendAudit({ ...principalEntry(administrator, principal), action: `role.${verb}`, details });
    });
    return named;
  }

  private async named({ principalId, role, teamId }: RoleAssignment): Promise<NamedRole> {
    const { repository } = this.administration;
    const known = role as AdminRole;
    const assignment = { principal: principalId, role: ADMIN_ROLES.includes(known) ? known : ('member' as const) };
    if (teamId === '') return assignment;
    const team = this.administration.fileObject('Team', teamId) ?? (await repository.find('Team', teamId));
    return { ...assignment, team: team?.name ?? teamId };
  }
}

function principalEntry({ actor }: Administrator, id: string) {
  return { actor, objectKind: 'Principal', objectId: id } as const;
}
