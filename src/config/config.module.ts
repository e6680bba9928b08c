import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { GatewayConfig } from './gateway-config.ts';
import { LiveConfig } from './live-config.ts';
import type { ConfigSource } from './reload/config-source.ts';

/** Token for the ConfigSource; undefined if the configuration has no source that can be read again. */
export const CONFIG_SOURCE = Symbol('CONFIG_SOURCE');

/**
 * Provides the current GatewayConfig. `@nestjs/config` only carries it: the type of a setting decides what a substitution
 * becomes, and a reload replaces the settings, neither of which its ConfigService supports.
 */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: GatewayConfig, source?: ConfigSource): DynamicModule {
    const live = new LiveConfig(config);
    const gateway = registerAs('gateway', () => live.view);
    return {
      module: ConfigModule,
      // main.ts reads the environment and its file before it creates the application.
      imports: [NestConfigModule.forRoot({ load: [gateway], ignoreEnvFile: true, validatePredefined: false })],
      providers: [
        { provide: GatewayConfig, inject: [gateway.KEY], useFactory: (loaded: GatewayConfig) => loaded },
        { provide: LiveConfig, useValue: live },
        { provide: CONFIG_SOURCE, useValue: source },
      ],
      exports: [GatewayConfig, LiveConfig, CONFIG_SOURCE],
    };
  }
}
