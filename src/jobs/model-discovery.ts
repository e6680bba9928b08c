import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { ControlPlaneClient } from '../bedrock/control-plane/control-plane.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { regionOf } from '../config/sections/bedrock-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { type Account, buildAccount } from '../models/account/account.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { discoveryDelayMs } from './discovery-pause.ts';

/**
 * Lists the models and inference profiles of the account from Bedrock's control plane and passes them to the registry. Runs
 * in the background: no request and no start waits for it. While AWS does not answer, the registry keeps its content.
 */
@Injectable()
export class ModelDiscoveryJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ModelDiscoveryJob.name);
  private stop = new AbortController();
  private failures = 0;
  private account?: Account;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly config: GatewayConfig,
    private readonly controlPlane: ControlPlaneClient,
    private readonly models: ModelRegistryService,
    private readonly metrics: MetricsService,
    @Optional() live?: LiveConfig,
  ) {
    live?.onChange((next, previous) => {
      if (hasSameDiscoverySettings(next, previous)) return;
      return () => this.begin();
    });
  }

  onApplicationBootstrap(): void {
    this.begin();
  }

  onApplicationShutdown(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  /** Starts discovery, or restarts it after the settings have changed. */
  private begin(): void {
    this.onApplicationShutdown();
    this.stop = new AbortController();
    this.failures = 0;
    const { models, bedrock } = this.config;
    const region = regionOf(bedrock);
    if (!models.discovery.enabled || this.account?.region !== region) this.account = undefined;
    if (models.discovery.enabled) void this.run(region, this.stop.signal);
  }

  private async run(region: string, stop: AbortSignal): Promise<void> {
    try {
      const listing = await this.controlPlane.list(region, stop);
      stop.throwIfAborted();
      const account = buildAccount(listing, new Date());
      this.models.update({ account });
      this.succeeded(account);
    } catch (error) {
      if (stop.aborted) return;
      this.failed(region, error instanceof Error ? error : new Error(String(error)));
    }
    if (stop.aborted) return;
    this.timer = setTimeout(
      () => void this.run(region, stop),
      discoveryDelayMs(this.failures, this.config.models.discovery.intervalMinutes),
    ).unref();
  }

  private succeeded(account: Account): void {
    const isFirstSuccess = this.account === undefined || this.failures > 0;
    this.failures = 0;
    this.account = account;
    this.metrics.discoveryFinished('ok');
    const { region, models, profiles } = account;
    const facts = { event: 'models_discovered', region, models: models.size, profiles: profiles.size };
    if (isFirstSuccess) this.logger.log({ ...facts, msg: 'listed the models and inference profiles of the account' });
    else this.logger.debug({ ...facts, msg: 'listed the models and inference profiles of the account again' });
  }

  /** Logs the first of consecutive failures only. The counter `outcrop_model_discovery_runs_total` counts all of them. */
  private failed(region: string, error: Error): void {
    this.failures += 1;
    const code = error instanceof GatewayError ? error.code : null;
    this.metrics.discoveryFinished(code ?? 'error');
    if (this.failures > 1) return;
    const known = this.account === undefined ? 'the built-in table' : `the list of ${this.account.asOf}`;
    this.logger.warn({
      event: 'model_discovery_failed',
      region,
      code,
      reason: error.message,
      msg: `cannot list the models of the account; the gateway uses ${known}`,
    });
  }
}

function hasSameDiscoverySettings(next: GatewayConfig, previous: GatewayConfig): boolean {
  return (
    next.models.discovery.enabled === previous.models.discovery.enabled &&
    next.models.discovery.intervalMinutes === previous.models.discovery.intervalMinutes &&
    next.bedrock === previous.bedrock
  );
}
