import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { GatewayConfig } from './gateway-config.ts';
import { loadConfig } from './load-config.ts';
import { withSharedRegion } from './shared-region.ts';

/**
 * Gives everyone the GatewayConfig. Nest's own module reads `.env` (which never wins over the real environment) and
 * keeps the loaded tree; nobody injects its ConfigService.
 */
@Global()
@Module({})
export class ConfigModule {
  /**
   * The configuration of this process, or the given one. Once this has returned, `.env` is in the environment, so that
   * `loadConfig(process.env)` says the same before the application stands. Boot fails with a ConfigError.
   */
  static forRoot(config?: GatewayConfig): DynamicModule {
    const gateway = registerAs('gateway', () => config ?? withSharedRegion(loadConfig(process.env)));
    return {
      module: ConfigModule,
      imports: [
        NestConfigModule.forRoot({
          load: [gateway],
          cache: true,
          isGlobal: true,
          ignoreEnvFile: config !== undefined,
          // Only .env is read here; the environment itself is loadConfig's business.
          validatePredefined: false,
        }),
      ],
      providers: [{ provide: GatewayConfig, inject: [gateway.KEY], useFactory: (loaded: GatewayConfig) => loaded }],
      exports: [GatewayConfig],
    };
  }
}
