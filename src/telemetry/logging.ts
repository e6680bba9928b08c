import { type DestinationStream, destination, type Logger as PinoLogger, type LoggerOptions, pino } from 'pino';
import type { LoggingConfig } from '../config/gateway-config.ts';
import { openLogFile } from './log-file.ts';

/** Bytes that may wait for a reader of standard output that does not keep up; more is dropped, not kept. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** Lines are written together: a quarter of the cost, at most this many milliseconds late. */
const FLUSH_MS = 200;
const FLUSH_BYTES = 12_288;
const PREVIEW_LENGTH = 200;

/** Fields that never appear, at the top of a line or one or two objects deep. */
const SECRET_FIELDS = [
  'authorization',
  '["proxy-authorization"]',
  '["x-api-key"]',
  '["api-key"]',
  'apiKey',
  'api_key',
  'cookie',
  '["set-cookie"]',
  'password',
  'secret',
  'secretAccessKey',
  'sessionToken',
];

/** The two loggers of the process; they write to the same places. */
export interface Loggers {
  /** For everything that modules have to say; secrets are struck out. */
  application: PinoLogger;
  /** For the request line, whose fields are all chosen here: nothing to strike out, nothing paid for it. */
  access: PinoLogger;
  /** From now on only what is at least this severe is logged. */
  setLevel(level: LoggingConfig['level']): void;
  /** Resolves when what was logged is written, or cannot be. */
  flush(): Promise<void>;
}

/** Where lines go. */
export interface Sink extends DestinationStream {
  flush?(done: () => void): void;
}

export async function createLoggers(config: LoggingConfig): Promise<Loggers> {
  const sinks: Sink[] = [await openStandardOutput()];
  if (config.file) sinks.push(await openLogFile(config.file));
  return loggersOver(sinks, config);
}

export function loggersOver(sinks: readonly Sink[], config: LoggingConfig): Loggers {
  const stream: DestinationStream = {
    write: (line) => {
      for (const sink of sinks) sink.write(line);
    },
  };
  const application = pino({ ...optionsFor(config), redact: { paths: secretPaths(), censor: '[secret]' } }, stream);
  const access = pino(optionsFor(config), stream);
  return {
    application,
    access,
    setLevel: (level) => {
      application.level = level;
      access.level = level;
    },
    flush: async () => {
      await Promise.all(sinks.map(flushed));
    },
  };
}

function optionsFor(config: LoggingConfig): LoggerOptions {
  return {
    level: config.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  };
}

/** People at a terminal get coloured text at once, machines get JSON in batches. */
async function openStandardOutput(): Promise<Sink> {
  if (process.stdout.isTTY) {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ colorize: true, sync: true, ignore: 'pid,hostname' });
  }
  const output = destination({
    fd: 1,
    sync: false,
    minLength: FLUSH_BYTES,
    periodicFlush: FLUSH_MS,
    maxLength: MOST_WAITING_BYTES,
  });
  // A full disk behind a redirected output stops the log, not the gateway.
  output.on('error', () => undefined);
  return output;
}

function flushed(sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    if (sink.flush) sink.flush(() => resolve());
    else resolve();
    setTimeout(resolve, 1000).unref();
  });
}

function secretPaths(): string[] {
  return SECRET_FIELDS.flatMap((field) => {
    const below = field.startsWith('[') ? field : `.${field}`;
    return [field, `*${below}`, `*.*${below}`];
  });
}

/** Errors of libraries carry requests and bodies as properties; only what names the failure is logged. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return { name, code, message, stack, cause: cause === undefined ? undefined : describeError(cause) };
}

/** The beginning of a text, for lines at level debug. */
export function preview(text: string): string {
  return text.length <= PREVIEW_LENGTH ? text : `${text.slice(0, PREVIEW_LENGTH)}… (${text.length} characters)`;
}
