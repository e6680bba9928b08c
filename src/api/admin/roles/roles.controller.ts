import { Body, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { badRequest } from '../../../errors/errors.ts';
import { type AdminRole, ADMIN_ROLES, type Administrator } from '../../../governance/administration/administrator.ts';
import {
  type NamedRole,
  PrincipalAdministration,
} from '../../../governance/administration/principal-administration.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { missingField, notListed } from '../../../limits/field-errors.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readFields, readQuery, textField, requiredTextField } from '../admin-request.ts';

/** Roles of principals, in addition to those of groups and tokens. */
@AdminController('roles')
export class RolesController {
  constructor(private readonly principals: PrincipalAdministration) {}

  @Get()
  @AdminRoute('readAll')
  async list(@Query() query: AdminQuery) {
    readQuery(query, []);
    return { data: await this.principals.roles() };
  }

  @Post()
  @HttpCode(200)
  @AdminRoute('writeAll')
  assign(@CurrentAdministrator() administrator: Administrator, @Body() body: unknown) {
    return this.principals.assign(administrator, readRole(body));
  }

  @Delete()
  @AdminRoute('writeAll')
  remove(@CurrentAdministrator() administrator: Administrator, @Body() body: unknown) {
    return this.principals.unassign(administrator, readRole(body));
  }
}

function readRole(body: unknown): NamedRole {
  const fields = readFields(body, ['principal', 'role', 'team']);
  const role = requiredTextField(fields, 'role');
  if (!(ADMIN_ROLES as readonly string[]).includes(role)) throw notListed('role', ADMIN_ROLES, role);
  const team = textField(fields, 'team');
  if (role === 'team-admin' && team === undefined) throw missingField('team');
  if (role !== 'team-admin' && team !== undefined) {
    throw badRequest('Only the role team-admin has a team.', 'team', 'invalid_value');
  }
  return {
    principal: requiredTextField(fields, 'principal'),
    role: role as AdminRole,
    ...(team !== undefined && { team }),
  };
}
