import type { GatewayConfig, OverloadConfig, RetryConfig, ServerConfig } from '../config/gateway-config.ts';
import { overloadLimits, type OverloadLimits, type ProcessMemory } from '../config/overload-limits.ts';

/** The settings of `overload`, with numbers instead of `auto`. */
export type AdmissionSettings = Omit<OverloadConfig, keyof OverloadLimits> & OverloadLimits;

/** Derives the settings from the configuration. Derives them again only after the configuration has changed. */
export class CurrentAdmissionSettings {
  private readonly config: Pick<GatewayConfig, 'overload' | 'server' | 'retry'>;
  private readonly memory: ProcessMemory;
  private overload?: OverloadConfig;
  private server?: ServerConfig;
  private retry?: RetryConfig;
  private derived?: AdmissionSettings;

  constructor(config: Pick<GatewayConfig, 'overload' | 'server' | 'retry'>, memory: ProcessMemory) {
    this.config = config;
    this.memory = memory;
  }

  get value(): AdmissionSettings {
    const { overload, server, retry } = this.config;
    const isSame = overload === this.overload && server === this.server && retry === this.retry;
    if (this.derived === undefined || !isSame) {
      this.overload = overload;
      this.server = server;
      this.retry = retry;
      const queueTimeoutMs = Math.min(overload.queueTimeoutMs, retry.statusWithinMs);
      this.derived = Object.assign({}, overload, { queueTimeoutMs }, overloadLimits({ overload, server }, this.memory));
    }
    return this.derived;
  }
}

/** Returns the derived limits for the log. A disabled limit is absent, because JSON has no Infinity. */
export function limitsForLog(settings: AdmissionSettings): Partial<OverloadLimits> {
  const { maxInFlight, maxInFlightPerKey, maxUploads, maxUploadsPerKey, maxTotalBodyBytes, maxTotalBodyBytesPerKey } =
    settings;
  const limits = {
    maxInFlight,
    maxInFlightPerKey,
    maxUploads,
    maxUploadsPerKey,
    maxTotalBodyBytes,
    maxTotalBodyBytesPerKey,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit < Infinity));
}
