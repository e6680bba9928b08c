import { Body, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { noDatabase, noSuchObject } from '../../../governance/administration/administration-errors.ts';
import { PrincipalAdministration } from '../../../governance/administration/principal-administration.ts';
import { ObjectListing } from '../../../governance/administration/object-listing.ts';
import { viewOf } from '../../../governance/administration/object-view.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { ERASED_PRINCIPAL } from '../../../ledger/erasure/erasure-statements.ts';
import { PrincipalErasure } from '../../../ledger/erasure/principal-erasure.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, expectedVersion, readFields, readFlag, readQuery, tagged } from '../admin-request.ts';
import { ObjectRoutes } from '../objects/object-routes.ts';

/** Milliseconds in which one call erases. The client repeats the call until it is complete. */
const ERASURE_MS = 10_000;

/** Principals: persons and service accounts of identity providers. */
@AdminController('principals')
export class PrincipalsController {
  constructor(
    private readonly principals: PrincipalAdministration,
    private readonly listing: ObjectListing,
    private readonly routes: ObjectRoutes,
    private readonly erasure: PrincipalErasure,
  ) {}

  @Get()
  @AdminRoute('readAll')
  list(@CurrentAdministrator() administrator: Administrator, @Query() query: AdminQuery) {
    return this.routes.list(administrator, 'Principal', query);
  }

  @Get(':id')
  @AdminRoute('readAll')
  async find(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') id: string,
    @Query() query: AdminQuery,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    readQuery(query, []);
    const view = tagged(await this.listing.find(administrator, 'Principal', id), response);
    const roles = (await this.principals.roles(id)).map(({ principal: _principal, ...role }) => role);
    return { ...view, roles };
  }

  @Get(':id/identity')
  @AdminRoute('readAll')
  async identity(@CurrentAdministrator() administrator: Administrator, @Param('id') id: string) {
    return { id, ...(await this.principals.identity(administrator, id)) };
  }

  @Patch(':id')
  @AdminRoute('writeAll')
  async patch(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') id: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
  ) {
    const { cut: _cut, ...fields } = readFields(body);
    const change = { fields, cut: readFlag(readFields(body), 'cut') };
    return tagged(viewOf(await this.principals.patch(administrator, id, change, expectedVersion(ifMatch))), response);
  }

  @Post(':id/erase')
  @HttpCode(200)
  @AdminRoute('writeAll')
  async eraseEverywhere(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    readFields(body, []);
    if (id === ERASED_PRINCIPAL) throw noSuchObject('Principal', id);
    if (!this.principals.isConfigured) throw noDatabase();
    const isNew = await this.principals.remove(administrator, id, await this.erasure.find(id));
    if (isNew) await this.erasure.request(id);
    const { isComplete, ...counts } = await this.erasure.run(id, ERASURE_MS);
    return { id, complete: isComplete, ...counts };
  }

  @Delete(':id/identity')
  @AdminRoute('writeAll')
  async erase(@CurrentAdministrator() administrator: Administrator, @Param('id') id: string) {
    await this.principals.erase(administrator, id);
    return { id, erased: true };
  }
}
