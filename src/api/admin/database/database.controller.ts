import { Body, HttpCode, Post } from '@nestjs/common';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { BackupAdministration, type WrittenBackup } from '../../../governance/administration/backup-administration.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { readFields } from '../admin-request.ts';

/** Work on the database of the gateway. */
@AdminController('database')
export class DatabaseController {
  constructor(private readonly backups: BackupAdministration) {}

  @Post('backup')
  @HttpCode(200)
  @AdminRoute('writeAll')
  backup(@CurrentAdministrator() administrator: Administrator, @Body() body: unknown): Promise<WrittenBackup> {
    // The caller chooses no path: it would be a way to any file of the pod.
    readFields(body, []);
    return this.backups.write(administrator);
  }
}
