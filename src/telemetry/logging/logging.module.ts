import { Global, Inject, Module, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { LoggerModule, PinoLogger } from 'nestjs-pino';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { LiveConfig } from '../../config/live-config.ts';
import { createLoggers, type Loggers } from './logging.ts';

export const LOGGERS = Symbol('LOGGERS');

@Global()
@Module({
  providers: [
    {
      provide: LOGGERS,
      useFactory: (config: GatewayConfig) => createLoggers(config.logging, () => config.deprecatedNames.emit),
      inject: [GatewayConfig],
    },
  ],
  exports: [LOGGERS],
})
class LoggersModule implements OnApplicationShutdown {
  constructor(
    @Inject(LOGGERS) private readonly loggers: Loggers,
    @Optional() live?: LiveConfig,
  ) {
    live?.onChange(({ logging }, previous) => {
      if (logging.level !== previous.logging.level) return () => this.setLevel(logging.level);
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.loggers.flush();
  }

  /** What nestjs-pino logs with is a child of our logger: a child keeps the level it was born with. */
  private setLevel(level: GatewayConfig['logging']['level']): void {
    this.loggers.setLevel(level);
    PinoLogger.root.level = level;
  }
}

/** Nest's own lines and those of all modules go through pino; `app.useLogger(app.get(Logger))` of nestjs-pino. */
@Module({
  imports: [
    LoggersModule,
    LoggerModule.forRootAsync({
      inject: [LOGGERS],
      // No routes: its middleware costs a third of a plain request, and the access log says more for less.
      useFactory: ({ application }: Loggers) => ({
        // Its own serialisers would log every property of an error, bodies and requests included.
        pinoHttp: { logger: application, autoLogging: false, wrapSerializers: false },
        forRoutes: [],
      }),
    }),
  ],
})
export class LoggingModule {}
