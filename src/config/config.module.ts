import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { GatewayConfig } from './gateway-config.ts';

/** Gives everyone the GatewayConfig, kept by Nest's own module; nobody injects its ConfigService. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    const gateway = registerAs('gateway', () => config);
    return {
      module: ConfigModule,
      // The environment and its file are read before the application stands, by main.ts.
      imports: [NestConfigModule.forRoot({ load: [gateway], ignoreEnvFile: true, validatePredefined: false })],
      providers: [{ provide: GatewayConfig, inject: [gateway.KEY], useFactory: (loaded: GatewayConfig) => loaded }],
      exports: [GatewayConfig],
    };
  }
}
