import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ControlPlane } from '../../bedrock/control-plane.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { GatewayError } from '../../errors.ts';
import { type Account, accountOf } from '../../models/account.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import { MetricsService } from '../../telemetry/metrics.service.ts';

/** Milliseconds until a first failure is tried again; doubles up to the usual interval. */
const FIRST_RETRY_MS = 1_000;

/**
 * Asks the control plane what the account has and tells the registry. All in the background: no request and no start
 * waits for it, and while AWS does not answer, what was known stays.
 */
@Injectable()
export class ModelDiscovery implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ModelDiscovery.name);
  private readonly stop = new AbortController();
  private readonly region: string;
  private readonly intervalMs: number;
  private failures = 0;
  private account?: Account;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly config: GatewayConfig,
    private readonly controlPlane: ControlPlane,
    private readonly models: ModelRegistryService,
    private readonly metrics: MetricsService,
  ) {
    this.region = regionOf(config.bedrock);
    this.intervalMs = config.models.discoverEveryMinutes * 60_000;
  }

  onApplicationBootstrap(): void {
    if (this.config.models.discover) void this.run();
  }

  onApplicationShutdown(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    try {
      const listing = await this.controlPlane.list(this.region, this.stop.signal);
      const account = accountOf(listing, new Date());
      this.models.update({ account });
      this.succeeded(account);
    } catch (error) {
      if (this.stop.signal.aborted) return;
      this.failed(error instanceof Error ? error : new Error(String(error)));
    }
    if (this.stop.signal.aborted) return;
    this.timer = setTimeout(() => void this.run(), this.pauseMs()).unref();
  }

  private succeeded(account: Account): void {
    const isNews = this.account === undefined || this.failures > 0;
    this.failures = 0;
    this.account = account;
    this.metrics.discovered('ok');
    const { region, models, profiles } = account;
    const facts = { event: 'models_discovered', region, models: models.size, profiles: profiles.size };
    if (isNews) this.logger.log({ ...facts, msg: 'knows what the account has' });
    else this.logger.debug({ ...facts, msg: 'knows again what the account has' });
  }

  /** One line when it begins to fail; the counter tells how often since. */
  private failed(error: Error): void {
    this.failures += 1;
    const code = error instanceof GatewayError ? error.code : null;
    this.metrics.discovered(code ?? 'error');
    if (this.failures > 1) return;
    const stays = this.account === undefined ? 'the built-in table' : `what was known on ${this.account.asOf}`;
    this.logger.warn({
      event: 'discovery_failed',
      region: this.region,
      code,
      reason: error.message,
      msg: `cannot ask what models the account has; ${stays} holds`,
    });
  }

  /** Somewhat different for each replica, so that a fleet does not ask all at once. */
  private pauseMs(): number {
    const pause = this.failures === 0 ? this.intervalMs : FIRST_RETRY_MS * 2 ** (this.failures - 1);
    return Math.min(pause, this.intervalMs) * (0.9 + Math.random() * 0.1);
  }
}
