import { Body, Delete, Get, Headers, Param, Put, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, expectedVersion } from '../admin-request.ts';
import { ObjectRoutes } from './object-routes.ts';

/** Applications of the database and of files. */
@AdminController('applications')
export class AdminApplicationsController {
  constructor(private readonly routes: ObjectRoutes) {}

  @Get()
  @AdminRoute('readTeam')
  list(@CurrentAdministrator() administrator: Administrator, @Query() query: AdminQuery) {
    return this.routes.list(administrator, 'Application', query);
  }

  @Get(':name')
  @AdminRoute('readTeam')
  find(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Query() query: AdminQuery,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    return this.routes.find(administrator, { kind: 'Application', name, query }, response);
  }

  @Put(':name')
  @AdminRoute('writeTeam')
  put(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('if-match') ifMatch?: string,
    @Headers('if-none-match') ifNoneMatch?: string,
  ) {
    const expected = expectedVersion(ifMatch, ifNoneMatch);
    return this.routes.put(administrator, { kind: 'Application', name, body, expected }, response);
  }

  @Delete(':name')
  @AdminRoute('writeTeam')
  remove(
    @CurrentAdministrator() administrator: Administrator,
    @Param('name') name: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.routes.remove(administrator, { kind: 'Application', name, expected: expectedVersion(ifMatch) });
  }
}
