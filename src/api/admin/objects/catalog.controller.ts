import { Body, Delete, Get, Headers, Param, Put, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, expectedVersion } from '../admin-request.ts';
import { ObjectRoutes } from './object-routes.ts';

/** Catalog entries of the database and of files. The name is a wildcard, because ARNs contain slashes. */
@AdminController('catalog')
export class AdminCatalogController {
  constructor(private readonly routes: ObjectRoutes) {}

  @Get()
  @AdminRoute('readTeam')
  list(@CurrentAdministrator() administrator: Administrator, @Query() query: AdminQuery) {
    return this.routes.list(administrator, 'CatalogEntry', query);
  }

  @Get('*name')
  @AdminRoute('readTeam')
  find(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') path: string | string[],
    @Query() query: AdminQuery,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    return this.routes.find(administrator, { kind: 'CatalogEntry', name: modelOf(path), query }, response);
  }

  @Put('*name')
  @AdminRoute('writeAll')
  put(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') path: string | string[],
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
    @Headers('if-none-match') ifNoneMatch?: string,
  ) {
    const expected = expectedVersion(ifMatch, ifNoneMatch);
    return this.routes.put(administrator, { kind: 'CatalogEntry', name: modelOf(path), body, expected }, response);
  }

  @Delete('*name')
  @AdminRoute('writeAll')
  remove(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') path: string | string[],
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.routes.remove(administrator, {
      kind: 'CatalogEntry',
      name: modelOf(path),
      expected: expectedVersion(ifMatch),
    });
  }
}

function modelOf(path: string | string[]): string {
  return [path].flat().join('/');
}
