import { Body, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { KeyAdministration } from '../../../governance/administration/key-administration.ts';
import { ObjectListing } from '../../../governance/administration/object-listing.ts';
import { type ObjectView, viewOf } from '../../../governance/administration/object-view.ts';
import type { GovernanceRecord } from '../../../governance/documents/governance-record.ts';
import type { KeyDocument } from '../../../governance/documents/key-document.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { aboveMaximum, belowMinimum, invalidType, notListed } from '../../../limits/field-errors.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import {
  type AdminQuery,
  expectedVersion,
  pageLimit,
  readFields,
  readFlag,
  readQuery,
  tagged,
} from '../admin-request.ts';
import { ObjectRoutes } from '../objects/object-routes.ts';

const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 31_536_000;
const STATES = ['active', 'disabled', 'revoked'];
const KEY_FILTERS = ['team', 'application', 'owner', 'state'] as const;

/** API keys of the database and of files. */
@AdminController('keys')
export class AdminKeysController {
  constructor(
    private readonly keys: KeyAdministration,
    private readonly listing: ObjectListing,
    private readonly routes: ObjectRoutes,
  ) {}

  @Get()
  @AdminRoute('readKeys')
  list(@CurrentAdministrator() administrator: Administrator, @Query() query: AdminQuery) {
    const { limit, after, ...filters } = readQuery(query, ['limit', 'after', ...KEY_FILTERS]);
    if (filters.state !== undefined && !STATES.includes(filters.state)) throw notListed('state', STATES, filters.state);
    const filter = (record: GovernanceRecord): boolean =>
      record.kind === 'Key' &&
      KEY_FILTERS.every((name) => (filters[name] ?? record.document[name]) === record.document[name]);
    return this.listing.page(administrator, 'Key', { limit: pageLimit(limit), after, filter });
  }

  @Post()
  @AdminRoute('writeTeam')
  async create(
    @CurrentAdministrator() administrator: Administrator,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    return withSecret(await this.keys.create(administrator, body), response);
  }

  @Get(':name')
  @AdminRoute('readKeys')
  find(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Query() query: AdminQuery,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    return this.routes.find(administrator, { kind: 'Key', name, query }, response);
  }

  @Patch(':name')
  @AdminRoute('writeTeam')
  async patch(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    return tagged(viewOf(await this.keys.patch(administrator, name, body, expectedVersion(ifMatch))), response);
  }

  @Delete(':name')
  @AdminRoute('writeTeam')
  remove(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.routes.remove(administrator, { kind: 'Key', name, expected: expectedVersion(ifMatch) });
  }

  @Post(':name/rotate')
  @HttpCode(200)
  @AdminRoute('rotateKeys')
  async rotate(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    const overlap = overlapOf(readFields(body, ['overlapSeconds']).overlapSeconds);
    return withSecret(await this.keys.rotate(administrator, name, overlap, expectedVersion(ifMatch)), response);
  }

  @Post(':name/disable')
  @HttpCode(200)
  @AdminRoute('writeTeam')
  disable(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    const cut = readFlag(readFields(body, ['cut']), 'cut');
    return this.setState(administrator, { name, state: 'disabled', cut, ifMatch }, response);
  }

  @Post(':name/enable')
  @HttpCode(200)
  @AdminRoute('writeTeam')
  enable(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    readFields(body, []);
    return this.setState(administrator, { name, state: 'active', cut: false, ifMatch }, response);
  }

  @Post(':name/revoke')
  @HttpCode(200)
  @AdminRoute('writeTeam')
  revoke(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    const cut = readFlag(readFields(body, ['cut']), 'cut');
    return this.setState(administrator, { name, state: 'revoked', cut, ifMatch }, response);
  }

  private async setState(
    administrator: Administrator,
    change: { name: string; state: KeyDocument['state']; cut: boolean; ifMatch: string | undefined },
    response: HttpResponse,
  ): Promise<ObjectView> {
    const { name, ifMatch, ...next } = change;
    return tagged(viewOf(await this.keys.setState(administrator, name, next, expectedVersion(ifMatch))), response);
  }
}

function overlapOf(value: unknown): number {
  if (value === undefined) return DEFAULT_OVERLAP_SECONDS;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalidType('overlapSeconds', 'an integer', value);
  if (value < 0) throw belowMinimum('overlapSeconds', 'integer', 0, value);
  if (value > MAX_OVERLAP_SECONDS) throw aboveMaximum('overlapSeconds', 'integer', MAX_OVERLAP_SECONDS, value);
  return value;
}

/** Returns a key with its new secret. The answer is not to be stored by caches. */
function withSecret(
  { record, secret }: { record: GovernanceRecord<'Key'>; secret: string },
  response: HttpResponse,
): ObjectView & { secret: string } {
  response.setHeader('cache-control', 'no-store');
  return { ...tagged(viewOf(record), response), secret };
}
