import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import type { ModelRegistryService } from '../models/model-registry.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import type { GovernanceFiles } from './files/governance-files.ts';
import type { CatalogFeed } from './snapshot/catalog-feed.ts';
import { authPrecedence } from './snapshot/auth-precedence.ts';
import type { SharedCopyStore } from '../shared-state/copies/shared-copy-store.ts';
import type { GovernanceRepository } from './repository/governance.repository.ts';
import { dayOf, KeyUse } from './replication/key-use.ts';
import type { Replica } from './replication/replica.ts';
import { registerSnapshotMetrics } from './replication/snapshot-metrics.ts';
import type { KeyRefusal, ResolvedKey } from './snapshot/resolved-key.ts';
import type { GovernanceSnapshot } from './snapshot/governance-snapshot.ts';
import type { KeyPrecedence, SnapshotChange } from './snapshot/snapshot-change.ts';

/** What the snapshot is read from, and what receives its catalog. */
export interface GovernanceParts {
  repository: GovernanceRepository;
  models: ModelRegistryService;
  sharedCopies?: SharedCopyStore;
}

/** Provides the snapshot of the governance where `governance.files` or a database defines objects. */
@Injectable()
export class GovernanceService implements OnApplicationShutdown {
  private loaded?: GovernanceSnapshot;
  private files?: GovernanceFiles;
  private replicated?: Replica;
  private keyUse?: KeyUse;
  private catalogFeed?: CatalogFeed;
  private readonly listeners: ((change: SnapshotChange) => void)[] = [];
  private readonly stopListening: () => void;
  private readonly precedence: KeyPrecedence;
  private readonly repository: GovernanceRepository;
  private readonly models: ModelRegistryService;
  private readonly sharedCopies: SharedCopyStore | undefined;

  constructor(
    private readonly config: GatewayConfig,
    live: LiveConfig,
    private readonly metrics: MetricsService,
    { repository, models, sharedCopies }: GovernanceParts,
  ) {
    this.repository = repository;
    this.models = models;
    this.sharedCopies = sharedCopies;
    this.precedence = authPrecedence(config);
    registerSnapshotMetrics(
      metrics.registry,
      () => this.loaded,
      () => this.replicated,
    );
    const stopPreparing = live.onPrepare(async (next, previous) => {
      if (next.governance.files !== previous.governance.files)
        await (await this.load()).prepare(next, live.rejectedFiles);
    });
    const stopListening = live.onChange((next, previous) => {
      this.files?.check(next, previous);
      const haveKeysChanged = next.auth !== previous.auth;
      const haveFilesChanged = next.governance.files !== previous.governance.files;
      if (!haveKeysChanged && !haveFilesChanged) return;
      return () => {
        if (haveKeysChanged) this.loaded?.setPrecedence(this.precedence);
        if (haveFilesChanged) void this.filesChanged();
      };
    });
    this.stopListening = () => {
      stopPreparing();
      stopListening();
    };
  }

  /** The snapshot; undefined if neither files nor a database define objects. */
  get snapshot(): GovernanceSnapshot | undefined {
    return this.loaded;
  }

  /** The replica of the database; undefined without a database. */
  get replica(): Replica | undefined {
    return this.replicated;
  }

  /** True while the objects of the database are not known. Unknown keys may then be keys of the database. */
  get isMissing(): boolean {
    return this.config.database.url !== undefined && this.replicated?.hasObjects !== true;
  }

  /** Returns true if `governance.maxSnapshotAgeSeconds` forbids keys of the database at `now`. */
  isTooOld(now: number): boolean {
    const { maxSnapshotAgeSeconds } = this.config.governance;
    if (maxSnapshotAgeSeconds === undefined || this.replicated === undefined) return false;
    return now - this.replicated.confirmedAt > maxSnapshotAgeSeconds * 1000;
  }

  /** Returns the refusal; `unavailable` if it may only be due to missing objects of the database. */
  refusalNow(refusal: KeyRefusal): KeyRefusal | 'unavailable' {
    return this.isMissing && (refusal === 'unknown_team' || refusal === 'unknown_application')
      ? 'unavailable'
      : refusal;
  }

  /** Records the day of the last use of a key of the database. */
  recordUse(key: ResolvedKey, now: number): void {
    const day = dayOf(now);
    if (key.usedOn === day) return;
    key.usedOn = day;
    this.keyUse?.used(key.id, now);
  }

  /** Adds a listener that is called after each change of the snapshot, also of one that does not exist yet. */
  onChange(listener: (change: SnapshotChange) => void): void {
    this.listeners.push(listener);
  }

  /** Number of keys of governance.files and of the database. */
  get keyCount(): number {
    const counts = this.loaded?.counts ?? [];
    return counts.reduce((sum, { kind, count }) => sum + (kind === 'Key' ? count : 0), 0);
  }

  /** Reads `governance.files`. Throws a ConfigError, so that the gateway does not start with invalid files. */
  async start(): Promise<void> {
    const { database, governance, auth } = this.config;
    const hasTeams =
      auth.keys.some(({ team }) => team !== undefined) ||
      auth.fileKeys?.distinctSettings.some(({ team }) => team !== undefined);
    if (database.url === undefined && governance.files.length === 0 && hasTeams !== true) return;
    await (await this.load()).start();
    if (this.repository.isConfigured) await this.replicate();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.files?.stop();
    this.catalogFeed?.close();
    await this.replicated?.stop();
    await this.keyUse?.stop();
  }

  private async replicate(): Promise<void> {
    const { Replica } = await import('./replication/replica.ts');
    const { openCopies } = await import('./replication/open-copies.ts');
    const copies = await openCopies(this.config, this.sharedCopies);
    this.replicated = new Replica(this.repository, this.loaded!, copies);
    this.keyUse = new KeyUse((ids, day) => this.repository.recordKeyUse(ids, day));
    await this.replicated.start();
  }

  private async filesChanged(): Promise<void> {
    await (await this.load()).reload();
  }

  private async load(): Promise<GovernanceFiles> {
    if (this.files !== undefined) return this.files;
    const { GovernanceSnapshot } = await import('./snapshot/governance-snapshot.ts');
    const { GovernanceFiles } = await import('./files/governance-files.ts');
    const { CatalogFeed } = await import('./snapshot/catalog-feed.ts');
    const snapshot = new GovernanceSnapshot();
    snapshot.setPrecedence(this.precedence);
    snapshot.onChange((change) => {
      for (const listener of this.listeners) listener(change);
    });
    this.loaded = snapshot;
    this.catalogFeed = new CatalogFeed(snapshot, this.models);
    this.files ??= new GovernanceFiles(this.config, this.loaded, this.metrics.config);
    return this.files;
  }
}
