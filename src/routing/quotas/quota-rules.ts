import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../../config/derived.ts';
import { GatewayConfig, type QuotasConfig } from '../../config/gateway-config.ts';
import { usesRedis } from '../../config/sections/redis-config.ts';
import { QuotaTable } from './quota-table.ts';
import type { QuotaRule } from './quota-rule.ts';

/** The quotas in effect: those of the settings, and those that Service Quotas listed for each account and region. */
@Injectable()
export class QuotaRules {
  private readonly discovered = new Map<string, readonly QuotaRule[]>();
  private tables: DerivedFromConfig<QuotasConfig, QuotaTable>;

  constructor(private readonly config: GatewayConfig) {
    this.tables = this.createTables();
  }

  get table(): QuotaTable {
    return this.tables.current;
  }

  /** Replaces the quotas that Service Quotas listed for one source (`region` or `account:region`). */
  learn(source: string, rules: readonly QuotaRule[]): void {
    this.discovered.set(source, rules);
    this.tables = this.createTables();
  }

  /** Removes the quotas of all other sources. */
  keepDiscovered(sources: ReadonlySet<string>): void {
    const removed = [...this.discovered.keys()].filter((source) => !sources.has(source));
    for (const source of removed) this.discovered.delete(source);
    if (removed.length > 0) this.tables = this.createTables();
  }

  private createTables(): DerivedFromConfig<QuotasConfig, QuotaTable> {
    const { config } = this;
    const discovered = [...this.discovered.values()].flat();
    // Replicas that share the buckets in Redis may each use the whole quota.
    const shareOf = ({ shareAmongReplicas }: QuotasConfig): number =>
      usesRedis(config.redis) ? 1 : 1 / shareAmongReplicas;
    return new DerivedFromConfig(
      () => config.bedrock.quotas,
      (quotas) => new QuotaTable(quotas.limits, discovered, shareOf(quotas)),
    );
  }
}
