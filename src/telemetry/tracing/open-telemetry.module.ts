import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { versionOf } from '../version.ts';
import type { OpenTelemetryBridge } from '../../request/request-trace.ts';

/** Token for the OpenTelemetryBridge; undefined if no receiver is configured. */
export const OPEN_TELEMETRY = Symbol('OPEN_TELEMETRY');

@Global()
@Module({
  providers: [{ provide: OPEN_TELEMETRY, useFactory: startIfConfigured, inject: [GatewayConfig] }],
  exports: [OPEN_TELEMETRY],
})
export class OpenTelemetryModule implements OnApplicationShutdown {
  constructor(@Inject(OPEN_TELEMETRY) private readonly openTelemetry?: OpenTelemetryBridge) {}

  async onApplicationShutdown(): Promise<void> {
    await this.openTelemetry?.shutdown();
  }
}

async function startIfConfigured({ telemetry }: GatewayConfig): Promise<OpenTelemetryBridge | undefined> {
  const { endpoint } = telemetry;
  if (endpoint === undefined || !(telemetry.traces || telemetry.metrics)) return undefined;
  const { startOpenTelemetry } = await import('./open-telemetry.ts');
  return startOpenTelemetry(telemetry, endpoint, versionOf());
}
