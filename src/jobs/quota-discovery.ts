import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { type AccountRegion, ServiceQuotasClient } from '../bedrock/control-plane/service-quotas.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { CHAT_MODELS } from '../models/table/model-table.ts';
import { quotaRulesFrom } from './service-quota-names.ts';
import { QuotaRules } from '../routing/quotas/quota-rules.ts';
import { discoveryDelayMs } from './discovery-pause.ts';

/**
 * Lists the quotas that Service Quotas grants, for each account and region in which models are called. Runs in the
 * background: no request and no start waits for it. While AWS does not answer, the rules keep their content.
 */
@Injectable()
export class QuotaDiscoveryJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(QuotaDiscoveryJob.name);
  private stop = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly config: GatewayConfig,
    private readonly serviceQuotas: ServiceQuotasClient,
    private readonly quotas: QuotaRules,
    @Optional() live?: LiveConfig,
  ) {
    live?.onChange((next, previous) => {
      if (next.bedrock === previous.bedrock && next.models === previous.models) return;
      return () => this.begin();
    });
  }

  onApplicationBootstrap(): void {
    this.begin();
  }

  onApplicationShutdown(): void {
    this.stop.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Starts discovery, or restarts it after the settings have changed. */
  private begin(): void {
    this.onApplicationShutdown();
    this.stop = new AbortController();
    const sources = this.config.bedrock.quotas.discovery.enabled
      ? sourcesOf(this.config)
      : new Map<string, AccountRegion>();
    this.quotas.keepDiscovered(new Set(sources.keys()));
    for (const [name, source] of sources) void this.run(name, source, { failures: 0, stop: this.stop.signal });
  }

  private async run(
    name: string,
    source: AccountRegion,
    state: { failures: number; stop: AbortSignal },
  ): Promise<void> {
    const { stop } = state;
    let failures = 0;
    try {
      const listed = await this.serviceQuotas.list(source, stop);
      stop.throwIfAborted();
      const rules = quotaRulesFrom(listed, CHAT_MODELS, source);
      this.quotas.learn(name, rules);
      const facts = { event: 'quotas_discovered', source: name, quotas: listed.length, used: rules.length };
      this.logger.log({ ...facts, msg: 'listed the quotas of the account' });
    } catch (error) {
      if (stop.aborted) return;
      failures = state.failures + 1;
      // Only the first of consecutive failures is logged.
      if (failures === 1) this.failed(name, error);
    }
    const timer = setTimeout(
      () => void this.run(name, source, { failures, stop }),
      discoveryDelayMs(failures, this.config.bedrock.quotas.discovery.intervalMinutes),
    );
    this.timers.set(name, timer.unref());
  }

  private failed(source: string, error: unknown): void {
    this.logger.warn({
      event: 'quota_discovery_failed',
      source,
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      msg: 'cannot list quotas from Service Quotas; the gateway uses bedrock.quotas.limits and the quotas listed before',
    });
  }
}

/** Returns every region of every account that the settings name, each once, keyed by `region` or `account:region`. */
function sourcesOf({ bedrock, models }: GatewayConfig): Map<string, AccountRegion> {
  const defaultRegion = regionOf(bedrock);
  const targets = [{}, ...bedrock.targets, ...models.routes.flatMap((route) => route.targets), ...models.custom];
  const sources = new Map<string, AccountRegion>();
  for (const { region = defaultRegion, account } of targets as Partial<AccountRegion>[]) {
    sources.set(account === undefined ? region : `${account}:${region}`, { region, account });
  }
  return sources;
}
