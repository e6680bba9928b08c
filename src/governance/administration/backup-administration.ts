import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { parseDatabaseUrl } from '../../config/conflicts/database-location.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { DatabaseService } from '../../database/database.service.ts';
import { AdministrationService } from './administration.service.ts';
import type { Administrator } from './administrator.ts';
import { backupNotWritten, backupOfPostgres, invalidState, noDatabase } from './administration-errors.ts';

/** A backup on the disk of the gateway. */
export interface WrittenBackup {
  /** Path of the file. */
  file: string;
  /** Time of the state in the file, ISO 8601 UTC. */
  at: string;
}

/** Writes backups of SQLite, whose file no other process can read while the gateway runs. */
@Injectable()
export class BackupAdministration {
  private isRunning = false;

  constructor(
    private readonly administration: AdministrationService,
    private readonly config: GatewayConfig,
    private readonly database: DatabaseService,
  ) {}

  /**
   * Writes a backup to a new file in the folder of the configuration. The audit has an entry before the file exists. Throws
   * GatewayError 409 for PostgreSQL, during another backup, and if the folder cannot be written; 503 without the database.
   */
  async write({ actor }: Administrator): Promise<WrittenBackup> {
    const folder = this.folder();
    if (this.isRunning) throw invalidState('Another backup is being written. Send the request again after it.');
    this.isRunning = true;
    try {
      const file = join(folder, `outcrop-${new Date().toISOString().replaceAll(/[-:.]/g, '')}.jsonl`);
      await this.administration.change(async (change) => {
        change.appendAudit({ actor, action: 'database.backup', details: { file } });
      });
      return await this.writeFile(file);
    } finally {
      this.isRunning = false;
    }
  }

  private async writeFile(file: string): Promise<WrittenBackup> {
    const { writeBackup } = await import('../../database/backup/write-backup.ts');
    const open = await this.database.opened();
    const unfinished = `${file}.unfinished`;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const { at } = await writeBackup(open, unfinished);
      await rename(unfinished, file);
      return { file, at };
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      const { code, syscall } = error as NodeJS.ErrnoException;
      throw code !== undefined && syscall !== undefined ? backupNotWritten(dirname(file), code) : error;
    }
  }

  private folder(): string {
    const { url, backupFolder } = this.config.database;
    if (url === undefined) throw noDatabase();
    const location = parseDatabaseUrl(url);
    if (location.dialect === 'postgres') throw backupOfPostgres();
    return backupFolder ?? join(dirname(location.path), 'backups');
  }
}
