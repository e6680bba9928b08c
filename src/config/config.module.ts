import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { GatewayConfig } from './gateway-config.ts';
import { LiveConfig } from './live-config.ts';

/** Gives everyone the GatewayConfig of the moment, kept by Nest's own module; nobody injects its ConfigService. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    const live = new LiveConfig(config);
    const gateway = registerAs('gateway', () => live.view);
    return {
      module: ConfigModule,
      // The environment and its file are read before the application stands, by main.ts.
      imports: [NestConfigModule.forRoot({ load: [gateway], ignoreEnvFile: true, validatePredefined: false })],
      providers: [
        { provide: GatewayConfig, inject: [gateway.KEY], useFactory: (loaded: GatewayConfig) => loaded },
        { provide: LiveConfig, useValue: live },
      ],
      exports: [GatewayConfig, LiveConfig],
    };
  }
}
