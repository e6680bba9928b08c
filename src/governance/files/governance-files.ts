import { Logger } from '@nestjs/common';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { maskSecrets } from '../../config/mask-secrets.ts';
import type { FileStamp } from '../../config/reload/file-stamp.ts';
import { FileWatch } from '../../config/reload/file-watch.ts';
import { ConfigError, type Problem } from '../../config/settings/config-error.ts';
import { AUDIT_FIELDS } from '../../telemetry/audit.ts';
import type { ConfigMetrics } from '../../telemetry/metrics/config-metrics.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import { readGovernanceFiles } from './read-governance-files.ts';
import { unknownTeams } from './unknown-teams.ts';

/** Keeps the objects of `governance.files` in the snapshot. Invalid files change nothing. */
export class GovernanceFiles {
  private readonly config: GatewayConfig;
  private readonly snapshot: GovernanceSnapshot;
  private readonly metrics: ConfigMetrics;
  private readonly logger = new Logger('config');
  private stamps: ReadonlyMap<string, FileStamp> = new Map();
  private watch?: FileWatch;
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
    const { governance, database } = this.config;
    const stamps = new Map<string, FileStamp>();
    this.stamps = stamps;
    const { records } = await readGovernanceFiles(
      governance.files,
      { hasDatabase: database.url !== undefined },
      stamps,
    );
    const teams = new Set(records.flatMap(({ kind, name }) => (kind === 'Team' ? [name] : [])));
    this.checkTeams(this.config, teams);
    await this.snapshot.replaceFiles(records);
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
