import { Injectable } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import type { ExpectedVersion } from '../../../governance/administration/checks/expected-version.ts';
import { ObjectListing, type ObjectPage } from '../../../governance/administration/object-listing.ts';
import { type ObjectView, viewOf } from '../../../governance/administration/object-view.ts';
import type { EntityKind } from '../../../governance/documents/entity-kind.ts';
import type { GovernanceRecord } from '../../../governance/documents/governance-record.ts';
import { type AdminQuery, pageLimit, readQuery, tagged } from '../admin-request.ts';

/** Kinds that clients put by name. */
type PutKind = 'Team' | 'Application' | 'CatalogEntry';

/** Answer to the deletion of an object. */
export interface DeletedObject {
  kind: EntityKind;
  id: string;
  name: string;
  deleted: true;
}

/** What the routes of teams, applications and catalog entries have in common. */
@Injectable()
export class ObjectRoutes {
  constructor(
    private readonly administration: AdministrationService,
    private readonly listing: ObjectListing,
  ) {}

  list(administrator: Administrator, kind: EntityKind, query: AdminQuery): Promise<ObjectPage> {
    const names = kind === 'Application' ? (['limit', 'after', 'team'] as const) : (['limit', 'after'] as const);
    const { limit, after, team } = readQuery<'limit' | 'after' | 'team'>(query, names);
    const filter =
      team === undefined
        ? undefined
        : (record: GovernanceRecord): boolean => record.kind === 'Application' && record.document.team === team;
    return this.listing.page(administrator, kind, { limit: pageLimit(limit), after, filter });
  }

  async find(
    administrator: Administrator,
    { kind, name, query }: { kind: EntityKind; name: string; query: AdminQuery },
    response: HttpResponse,
  ): Promise<ObjectView> {
    readQuery(query, []);
    return tagged(await this.listing.find(administrator, kind, name), response);
  }

  async put(
    administrator: Administrator,
    { kind, name, body, expected }: { kind: PutKind; name: string; body: unknown; expected: ExpectedVersion },
    response: HttpResponse,
  ): Promise<ObjectView> {
    const { record, created } = await this.administration.put(administrator, { kind, name, body }, expected);
    response.status(created ? 201 : 200);
    return tagged(viewOf(record), response);
  }

  async remove(
    administrator: Administrator,
    { kind, name, expected }: { kind: EntityKind; name: string; expected: ExpectedVersion },
  ): Promise<DeletedObject> {
    const removed = await this.administration.remove(administrator, { kind, name }, expected);
    return { kind, id: removed.id, name: removed.name, deleted: true };
  }
}
