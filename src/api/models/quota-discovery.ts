import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { listQuotas } from '../../bedrock/service-quotas.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { MODEL_TABLE } from '../../models/model-table.ts';
import { rulesFrom } from '../../routing/quotas/quota-names.ts';
import { QuotaService } from '../../routing/quotas/quota.service.ts';

/** Milliseconds until a first failure is tried again; doubles up to the usual interval. */
const FIRST_RETRY_MS = 1_000;

/**
 * Asks Service Quotas what the account is granted. All in the background: no request and no start waits for it, and
 * while AWS does not answer, what was known stays.
 */
@Injectable()
export class QuotaDiscovery implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(QuotaDiscovery.name);
  private readonly stop = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly quotas: QuotaService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.bedrock.quotas.discover) return;
    for (const region of this.regions()) void this.run(region, 0);
  }

  onApplicationShutdown(): void {
    this.stop.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private regions(): ReadonlySet<string> {
    const { bedrock, models } = this.config;
    return new Set([regionOf(bedrock), ...models.custom.flatMap(({ region }) => region ?? [])]);
  }

  private async run(region: string, failures: number): Promise<void> {
    let failed = 0;
    try {
      const listed = await listQuotas(region, this.stop.signal);
      const rules = rulesFrom(listed, MODEL_TABLE, region);
      this.quotas.learn(region, rules);
      const facts = { event: 'quotas_discovered', region, quotas: listed.length, used: rules.length };
      this.logger.log({ ...facts, msg: 'knows what AWS lets the account use' });
    } catch (error) {
      if (this.stop.signal.aborted) return;
      failed = failures + 1;
      // One line when it begins to fail.
      if (failed === 1) this.failed(region, error);
    }
    if (this.stop.signal.aborted) return;
    this.timers.set(region, setTimeout(() => void this.run(region, failed), this.pauseMs(failed)).unref());
  }

  private failed(region: string, error: unknown): void {
    this.logger.warn({
      event: 'quota_discovery_failed',
      region,
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      msg: 'cannot ask Service Quotas; only bedrock.quotas.limits and what was known before hold',
    });
  }

  /** Somewhat different for each replica, so that a fleet does not ask all at once. */
  private pauseMs(failures: number): number {
    const intervalMs = this.config.bedrock.quotas.discoverEveryMinutes * 60_000;
    const pause = failures === 0 ? intervalMs : FIRST_RETRY_MS * 2 ** (failures - 1);
    return Math.min(pause, intervalMs) * (0.9 + Math.random() * 0.1);
  }
}
