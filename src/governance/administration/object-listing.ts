import { Injectable } from '@nestjs/common';
import { badRequest } from '../../errors/errors.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { AdministrationService } from './administration.service.ts';
import type { Administrator } from './administrator.ts';
import { noSuchObject } from './administration-errors.ts';
import { mayRead } from './checks/object-scope.ts';
import { type ObjectView, viewOf } from './object-view.ts';

/** Objects that are read at a time. */
const LISTED_SLICE = 500;
/** Slices that one page reads at most. A page that ends before its limit has `next`. */
const MAX_SLICES = 20;
/** A cursor: the origin and the id of the last object. */
const CURSOR = /^([fd])\.([A-Za-z0-9_-]{0,64})$/;

/** What a page contains. */
export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
  /** Selects objects. Default: all that the caller may read. */
  readonly filter?: (record: GovernanceRecord) => boolean;
}

/** A page of objects. A page may have fewer than `limit` objects although more follow. */
export interface ObjectPage<Item = ObjectView> {
  data: Item[];
  has_more: boolean;
  /** Cursor of the next page. */
  next: string | null;
}

/** Reads objects of files and of the database. Pages are in the order of ids, which never change. */
@Injectable()
export class ObjectListing {
  constructor(private readonly administration: AdministrationService) {}

  /** Reads an object by name or id. Throws GatewayError 404. */
  async find(administrator: Administrator, kind: EntityKind, nameOrId: string): Promise<ObjectView> {
    const { repository } = this.administration;
    const ofFile = this.administration.fileObject(kind, nameOrId);
    const found = ofFile ?? (repository.isConfigured ? await repository.find(kind, nameOrId) : undefined);
    const record = found && this.administration.withTeam(found);
    if (record === undefined || !mayRead(administrator, record)) throw noSuchObject(kind, nameOrId);
    const [view] = await this.viewsOf([record]);
    return view!;
  }

  /** Reads a page: the objects of files first, then those of the database. */
  async page(administrator: Administrator, kind: EntityKind, query: PageQuery): Promise<ObjectPage> {
    const { limit, filter = () => true } = query;
    const accepts = (record: GovernanceRecord): boolean => mayRead(administrator, record) && filter(record);
    const [origin, id] = cursorOf(query.after);
    const found: GovernanceRecord[] = [];
    if (origin === 'f')
      found.push(
        ...this.fileObjects(kind, id)
          .map((record) => this.administration.withTeam(record))
          .filter(accepts)
          .slice(0, limit + 1),
      );
    let after = origin === 'd' ? id : '';
    let isComplete = found.length > limit || !this.administration.repository.isConfigured;
    for (let slices = 0; !isComplete && found.length <= limit && slices < MAX_SLICES; slices++) {
      const slice = await this.administration.repository.page(kind, { after, limit: LISTED_SLICE });
      found.push(...slice.map((record) => this.administration.withTeam(record)).filter(accepts));
      isComplete = slice.length < LISTED_SLICE;
      after = slice.at(-1)?.id ?? after;
    }
    const shown = found.slice(0, limit);
    const hasMore = found.length > limit || !isComplete;
    const last = found.length > limit ? shown.at(-1)! : undefined;
    const next = last === undefined ? `d.${after}` : `${last.origin === 'file' ? 'f' : 'd'}.${last.id}`;
    return { data: await this.viewsOf(shown), has_more: hasMore, next: hasMore ? next : null };
  }

  /** Returns records as the API shows them, with the last use of keys. */
  async viewsOf(records: readonly GovernanceRecord[]): Promise<ObjectView[]> {
    const { governance, repository } = this.administration;
    const keyIds = records.filter(({ kind, origin }) => kind === 'Key' && origin === 'database').map(({ id }) => id);
    const uses = keyIds.length === 0 ? new Map<string, string>() : await repository.keyUse(keyIds);
    return records.map((record) =>
      viewOf(record, { inactive: governance.snapshot?.inactiveReason(record), lastUsed: uses.get(record.id) }),
    );
  }

  private fileObjects(kind: EntityKind, after: string): GovernanceRecord[] {
    const { snapshot } = this.administration.governance;
    if (snapshot === undefined) return [];
    const records: GovernanceRecord[] = [];
    for (const record of snapshot.records(kind)) {
      // Objects of files come first.
      if (record.origin !== 'file') break;
      if (record.id > after) records.push(record);
    }
    return records.sort((one, other) => (one.id < other.id ? -1 : 1));
  }
}

function cursorOf(after: string | undefined): [origin: 'f' | 'd', id: string] {
  if (after === undefined) return ['f', ''];
  const [, origin, id] = CURSOR.exec(after) ?? [];
  if (origin === undefined)
    throw badRequest('The cursor is not valid. Send the value of `next`.', 'after', 'invalid_value');
  return [origin as 'f' | 'd', id!];
}
