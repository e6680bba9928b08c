import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../../config/derived.ts';
import { GatewayConfig, type QuotasConfig } from '../../config/gateway-config.ts';
import { QuotaTable } from './quota-table.ts';
import type { QuotaRule } from './quota-rule.ts';

/** The quotas that hold now: those of the settings, and what Service Quotas told of the places it was asked about. */
@Injectable()
export class QuotaRules {
  private readonly discovered = new Map<string, readonly QuotaRule[]>();
  private books: DerivedFromConfig<QuotasConfig, QuotaTable>;

  constructor(private readonly config: GatewayConfig) {
    this.books = this.newBooks();
  }

  get book(): QuotaTable {
    return this.books.current;
  }

  /** What Service Quotas told of one place; takes the place of what it told before. */
  learn(source: string, rules: readonly QuotaRule[]): void {
    this.discovered.set(source, rules);
    this.books = this.newBooks();
  }

  /** Forgets what it was told of other places. */
  keepLearnt(sources: ReadonlySet<string>): void {
    const forgotten = [...this.discovered.keys()].filter((source) => !sources.has(source));
    for (const source of forgotten) this.discovered.delete(source);
    if (forgotten.length > 0) this.books = this.newBooks();
  }

  private newBooks(): DerivedFromConfig<QuotasConfig, QuotaTable> {
    const { config } = this;
    const discovered = [...this.discovered.values()].flat();
    // Where replicas share the buckets themselves, each may use all of them.
    const shareOf = ({ shareAmongReplicas }: QuotasConfig): number =>
      config.redis.url === undefined ? 1 / shareAmongReplicas : 1;
    return new DerivedFromConfig(
      () => config.bedrock.quotas,
      (quotas) => new QuotaTable(quotas.limits, discovered, shareOf(quotas)),
    );
  }
}
