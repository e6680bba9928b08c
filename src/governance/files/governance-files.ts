import { Logger } from '@nestjs/common';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { maskSecrets } from '../../config/mask-secrets.ts';
import type { FileStamp } from '../../config/reload/file-stamp.ts';
import { FileWatch } from '../../config/reload/file-watch.ts';
import { ConfigError, type Problem } from '../../config/settings/config-error.ts';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import type { ConfigMetrics } from '../../telemetry/metrics/config-metrics.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import { type GovernanceFileContent, readGovernanceFiles } from './read-governance-files.ts';
import { unknownTeams } from './unknown-teams.ts';

/** Keeps the objects of `governance.files` in the snapshot. Invalid files change nothing. */
export class GovernanceFiles {
  private readonly config: GatewayConfig;
  private readonly snapshot: GovernanceSnapshot;
  private readonly metrics: ConfigMetrics;
  private readonly logger = new Logger('config');
  private stamps: ReadonlyMap<string, FileStamp> = new Map();
  private watch?: FileWatch;
  /** The objects of a configuration that takes effect next. */
  private prepared?: GovernanceFileContent & { files: readonly string[] };
  private running: Promise<void> = Promise.resolve();

  constructor(config: GatewayConfig, snapshot: GovernanceSnapshot, metrics: ConfigMetrics) {
    this.config = config;
    this.snapshot = snapshot;
    this.metrics = metrics;
  }

  /** Reads the files for the first time. Throws a ConfigError. */
  async start(): Promise<void> {
    await this.read();
    this.watchFiles();
  }

  stop(): void {
    this.watch?.stop();
  }

  /** Reads the files again, one time after another. Never rejects: the log and the metrics report failures. */
  reload(): Promise<void> {
    this.running = this.running.then(() => this.readAgain());
    return this.running;
  }

  /** Throws a ConfigError if keys of a new configuration have teams that cannot exist. */
  check(next: GatewayConfig, previous: GatewayConfig): void {
    const isSame = next.auth === previous.auth || next.governance.files !== previous.governance.files;
    if (isSame) return;
    this.checkTeams(next, new Set(Array.from(this.snapshot.records('Team'), ({ name }) => name)));
  }

  /**
   * Reads the files of a new configuration before it takes effect. Throws a ConfigError, so that the whole configuration is
   * rejected; `rejectedFiles` then receives the files.
   */
  async prepare(next: GatewayConfig, rejectedFiles: Map<string, FileStamp>): Promise<void> {
    const stamps = new Map<string, FileStamp>();
    this.prepared = undefined;
    try {
      const records = await this.readRecords(next, stamps);
      this.prepared = { files: next.governance.files, records, stamps };
    } catch (error) {
      for (const [path, stamp] of stamps) rejectedFiles.set(path, stamp);
      throw error;
    }
  }

  private async readAgain(): Promise<void> {
    try {
      await this.read();
      this.metrics.filesRead('changed');
      const objects = this.snapshot.counts.reduce((sum, { origin, count }) => sum + (origin === 'file' ? count : 0), 0);
      this.logger.log({ ...AUDIT_FIELDS, event: 'governance_files_changed', objects, msg: 'governance.files changed' });
    } catch (error) {
      this.metrics.filesRead('rejected');
      const problems = problemTexts(error);
      const msg = 'the changed governance.files are rejected; the previous objects stay in use';
      this.logger.error({ ...AUDIT_FIELDS, event: 'config_rejected', problems, msg });
    }
    this.watchFiles();
  }

  private async read(): Promise<void> {
    const { prepared } = this;
    this.prepared = undefined;
    if (prepared?.files === this.config.governance.files) {
      this.stamps = prepared.stamps;
      return this.snapshot.replaceFiles(prepared.records);
    }
    const stamps = new Map<string, FileStamp>();
    this.stamps = stamps;
    await this.snapshot.replaceFiles(await this.readRecords(this.config, stamps));
  }

  private async readRecords(
    config: GatewayConfig,
    stamps: Map<string, FileStamp>,
  ): Promise<GovernanceFileContent['records']> {
    const { governance, database } = config;
    const conditions = { hasDatabase: database.url !== undefined };
    const { records } = await readGovernanceFiles(governance.files, conditions, stamps);
    const teams = new Set(records.flatMap(({ kind, name }) => (kind === 'Team' ? [name] : [])));
    this.checkTeams(config, teams);
    return records;
  }

  private checkTeams(config: GatewayConfig, teams: ReadonlySet<string>): void {
    if (config.database.url !== undefined) return;
    const problems: Problem[] = unknownTeams(config.auth, teams, config.governance.files);
    if (problems.length > 0) throw new ConfigError('auth', problems);
  }

  private watchFiles(): void {
    if (this.stamps.size === 0) return;
    this.watch ??= new FileWatch(
      () => this.stamps,
      () => this.reload(),
    );
  }
}

function problemTexts(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
  return [maskSecrets(error instanceof Error ? error.message : String(error))];
}
