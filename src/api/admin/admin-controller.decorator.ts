import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { AdminGuard } from '../../http/auth/admin.guard.ts';
import { AdministeredByRoles } from '../../http/auth/admin-route.decorator.ts';
import { AdminBodyGuard } from '../../http/body/admin-body.guard.ts';

/** Declares a controller under /admin/v1, whose routes the role table opens. */
export function AdminController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(`admin/v1${path === '' ? '' : `/${path}`}`),
    AdministeredByRoles(),
    UseGuards(AdminGuard, AdminBodyGuard),
  );
}
