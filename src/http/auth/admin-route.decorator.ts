import { applyDecorators, type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { AdminRole } from '../../governance/administration/administrator.ts';
import { Public, type PublicRule } from './public.decorator.ts';

export const ADMIN_ROUTE = 'outcrop:admin-route';

/** Makes the ApiKeyGuard leave the authentication to the AdminGuard. */
export const authenticatedAsAdmin: PublicRule = () => true;

/** The row of a route in the role table. */
export interface AdminRouteRule {
  /** Roles that may call the route. */
  readonly roles: readonly AdminRole[];
  /** Maximum size of the body in bytes. Default: 1 MiB. */
  readonly bodyLimitBytes?: number;
}

/** Rules of routes by what they do. */
export const ADMIN_RULES = {
  /** Reads everything. */
  readAll: { roles: ['admin', 'auditor'] },
  /** Reads objects of a team. The services omit those of other teams. */
  readTeam: { roles: ['admin', 'auditor', 'team-admin'] },
  /** Reads keys. The services omit those that are neither of the team nor owned by the caller. */
  readKeys: { roles: ['admin', 'auditor', 'team-admin', 'member'] },
  /** Reads requests and their cost. The services omit those that are neither of the team nor of the caller. */
  readRequests: { roles: ['admin', 'auditor', 'team-admin', 'member'] },
  /** Reads usage. The service limits it to the team, or to the caller's own requests and keys. */
  readUsage: { roles: ['admin', 'auditor', 'team-admin', 'member'] },
  /** Changes objects of a team. */
  writeTeam: { roles: ['admin', 'team-admin'] },
  /** Rotates keys of a team, or an own key. */
  rotateKeys: { roles: ['admin', 'team-admin', 'member'] },
  /** Changes everything. */
  writeAll: { roles: ['admin'] },
  /** Applies documents. */
  // A body is parsed in one step: 8 MiB take some 40 ms, and hold as many documents as a body may have values.
  apply: { roles: ['admin'], bodyLimitBytes: 8 * 1024 * 1024 },
} as const satisfies Record<string, AdminRouteRule>;

/** Adds a route to the role table. The AdminGuard rejects every call of a route without it. */
export function AdminRoute(rule: keyof typeof ADMIN_RULES): CustomDecorator {
  return SetMetadata(ADMIN_ROUTE, ADMIN_RULES[rule]);
}

/** Declares a controller of the admin API. */
export function AdministeredByRoles(): ClassDecorator {
  return applyDecorators(Public(authenticatedAsAdmin));
}
