import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { ConfigError } from '../config/settings/config-error.ts';
import { CONFIG_SOURCE } from '../config/config.module.ts';
import { replaceFileKeys } from '../config/keys-file/with-file-keys.ts';
import { LiveConfig } from '../config/live-config.ts';
import { maskSecrets } from '../config/mask-secrets.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ConfigSource } from '../config/reload/config-source.ts';
import { type Difference, differences } from '../config/reload/differences.ts';
import { FileWatch } from '../config/reload/file-watch.ts';
import { keysFileDifferences } from '../config/reload/key-differences.ts';
import { keepRestartSettings } from '../config/reload/keep-restart-settings.ts';
import { AUDIT_FIELDS } from '../telemetry/audit.ts';
import type { ConfigMetrics } from '../telemetry/metrics/config-metrics.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { keyChanges, type KeyChanges } from './key-changes.ts';

/** Maximum number of changes or problems in one log line. */
const MAX_LISTED = 100;

/** The differences of a new configuration, and the API keys that they concern. */
interface Changes {
  found: readonly Difference[];
  keys: KeyChanges;
}

/**
 * Applies a changed configuration while the gateway runs: after SIGHUP, and when one of the configuration files has changed.
 * A configuration that is rejected changes nothing.
 */
@Injectable()
export class ConfigReloadJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('config');
  private readonly meters: ConfigMetrics;
  private watch?: FileWatch;
  /** The reload that has not begun yet. Reloads run one after another, and all callers share the one that waits. */
  private waiting?: Promise<void>;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly live: LiveConfig,
    metrics: MetricsService,
    @Optional() @Inject(CONFIG_SOURCE) private readonly source?: ConfigSource,
  ) {
    this.meters = metrics.config;
  }

  onApplicationBootstrap(): void {
    const { source } = this;
    if (source !== undefined && source.files.size > 0) {
      this.watch = new FileWatch(
        () => new Map([...source.files, ...this.live.rejectedFiles]),
        () => this.reload(),
      );
    }
    // In a terminal, SIGHUP means that the terminal was closed. There it ends the process, which is Node's default.
    if (!process.stdin.isTTY) process.on('SIGHUP', this.onHangUp);
  }

  onApplicationShutdown(): void {
    this.watch?.stop();
    process.off('SIGHUP', this.onHangUp);
  }

  /** Reloads the configuration. Never rejects: the log and the metrics report failures. */
  reload(): Promise<void> {
    this.waiting ??= this.reloadAfterCurrent();
    return this.waiting;
  }

  private async reloadAfterCurrent(): Promise<void> {
    const before = this.running;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.running = promise;
    await before;
    this.waiting = undefined;
    await this.readAgain();
    resolve();
  }

  private readonly onHangUp = (): void => {
    this.logger.log({
      ...AUDIT_FIELDS,
      event: 'config_reload_requested',
      msg: 'SIGHUP: the configuration is read again',
    });
    void this.reload();
  };

  private async readAgain(): Promise<void> {
    const { source } = this;
    if (source === undefined) return;
    try {
      const next = await source.readAgain();
      const before = { config: this.live.current, origins: source.accepted.origins };
      const { fileKeys } = next.config.auth;
      const found = [
        ...differences(before, next),
        ...(await keysFileDifferences(before.config.auth.fileKeys, fileKeys)),
      ];
      const settled = replaceFileKeys(keepRestartSettings(before.config, next.config), fileKeys);
      if (settled !== before.config) await this.live.prepare(settled);
      this.apply(source, before, { next, settled }, { found, keys: await keyChanges(found) });
    } catch (error) {
      this.reject(error);
    }
  }

  private apply(
    source: ConfigSource,
    before: LoadedConfig,
    { next, settled }: { next: LoadedConfig; settled: GatewayConfig },
    { found, keys }: Changes,
  ): void {
    const hasChanged = settled !== before.config;
    if (hasChanged) this.live.swap(settled);
    source.accept({ config: settled, origins: originsOf(before, next, found) });
    const pending = found.filter(({ takesEffect }) => takesEffect === 'on restart');
    const changes = found.filter(({ takesEffect }) => takesEffect === 'at once');
    for (const { path, message } of next.warnings ?? []) this.logger.warn(`${path}: ${message}`);
    this.meters.read(hasChanged ? 'changed' : 'unchanged', pending.length);
    if (hasChanged) {
      this.meters.changed();
      this.logger.log({
        ...AUDIT_FIELDS,
        event: 'config_changed',
        changes: describeChanges(changes),
        msg: 'the configuration changed',
      });
      this.logKeyChanges(keys);
    } else this.logger.debug('the configuration was reloaded without changes');
    if (pending.length === 0) return;
    const msg = 'these changes need a restart';
    this.logger.warn({ ...AUDIT_FIELDS, event: 'config_needs_restart', changes: describeChanges(pending), msg });
  }

  private logKeyChanges({ added, removed, changed }: KeyChanges): void {
    if (added.length + removed.length + changed.length === 0) return;
    const names = { added: limitLines(added), removed: limitLines(removed), changed: limitLines(changed) };
    this.logger.log({ ...AUDIT_FIELDS, event: 'api_keys_changed', ...names, msg: 'API keys changed' });
  }

  private reject(error: unknown): void {
    this.meters.read('rejected');
    const problems = problemsOf(error);
    const msg = 'the changed configuration is rejected; the previous one stays in use';
    this.logger.error({ ...AUDIT_FIELDS, event: 'config_rejected', problems: limitLines(problems), msg });
  }
}

/**
 * Returns the origins of the values in use. A setting that needs a restart keeps its value, and so its origin, which decides
 * whether the value is masked.
 */
function originsOf(before: LoadedConfig, next: LoadedConfig, found: readonly Difference[]): LoadedConfig['origins'] {
  const origins = new Map(next.origins);
  for (const { path, takesEffect } of found) {
    const origin = takesEffect === 'on restart' ? before.origins.get(path) : undefined;
    if (origin) origins.set(path, origin);
  }
  return origins;
}

function problemsOf(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
  if (error instanceof AggregateError) return error.errors.flatMap(problemsOf);
  return [maskSecrets(error instanceof Error ? error.message : String(error))];
}

function describeChanges(changes: readonly Difference[]): string[] {
  const lines = limitLines(changes.map(({ path, change }) => `${path}: ${change}`));
  return lines.map((line) => maskSecrets(line));
}

function limitLines(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LISTED) return [...lines];
  return [...lines.slice(0, MAX_LISTED), `and ${lines.length - MAX_LISTED} more`];
}
