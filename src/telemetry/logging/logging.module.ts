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

  /**
   * Sets the level of the application logger and of the root logger of nestjs-pino. The root logger is a child of the
   * application logger, and a child keeps the level with which it was created.
   */
  private setLevel(level: GatewayConfig['logging']['level']): void {
    this.loggers.setLevel(level);
    PinoLogger.root.level = level;
  }
}

/** Sends the log lines of Nest and of all modules to pino, through nestjs-pino's `app.useLogger(app.get(Logger))`. */
@Module({
  imports: [
    LoggersModule,
    LoggerModule.forRootAsync({
      inject: [LOGGERS],
      // No routes, because its middleware takes a third of the time of a plain request. The AccessLog replaces it.
      useFactory: ({ application }: Loggers) => ({
        // The serializers of pino-http would log every property of an error, including bodies and requests.
        pinoHttp: { logger: application, autoLogging: false, wrapSerializers: false },
        forRoutes: [],
      }),
    }),
  ],
})
export class LoggingModule {}
