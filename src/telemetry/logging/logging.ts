import {
  type DestinationStream,
  destination,
  type LogFn,
  type Logger as PinoLogger,
  type LoggerOptions,
  pino,
} from 'pino';
import type { LoggingConfig } from '../../config/gateway-config.ts';
import { describeError } from '../../errors/described-error.ts';
import { formerEventFields, withFormerMark } from './former-log-names.ts';
import { openLogFile } from './log-file.ts';

/** Bytes that may wait for a reader of standard output that does not keep up; more is dropped, not kept. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** Lines are written together: a quarter of the cost, at most this many milliseconds late. */
const FLUSH_MS = 200;
const FLUSH_BYTES = 12_288;

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

/** What a method of pino takes, as its hook gets it. */
type LogArguments = Parameters<LogFn>;

/** Where lines go. */
export interface LogDestination extends DestinationStream {
  flush?(done: () => void): void;
}

/** `emitsFormerNames` is read for each line of the application. */
export async function createLoggers(
  config: LoggingConfig,
  emitsFormerNames: () => boolean = () => false,
): Promise<Loggers> {
  const sinks: LogDestination[] = [await openStandardOutput()];
  if (config.file) sinks.push(await openLogFile(config.file));
  return createLoggersFor(sinks, config, emitsFormerNames);
}

export function createLoggersFor(
  sinks: readonly LogDestination[],
  config: LoggingConfig,
  emitsFormerNames: () => boolean = () => false,
): Loggers {
  const stream: DestinationStream = {
    write: (line) => {
      for (const sink of sinks) sink.write(line);
    },
  };
  const redact = { paths: secretPaths(), censor: '[secret]' };
  function logMethod(this: PinoLogger, line: LogArguments, log: LogFn): void {
    for (const one of emitsFormerNames() ? withFormerNames(withoutErrors(line)) : [withoutErrors(line)])
      log.apply(this, one);
  }
  const application = pino({ ...optionsFor(config), redact, hooks: { logMethod } }, stream);
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
  };
}

/** Returns the line with the former mark of audit lines, and a second one for an event that has a former name. */
function withFormerNames([first, ...rest]: LogArguments): LogArguments[] {
  if (typeof first !== 'object' || first === null) return [[first, ...rest] as LogArguments];
  const marked = withFormerMark(first);
  const former = formerEventFields(marked);
  return [marked, ...(former ? [former] : [])].map((fields) => [fields, ...rest] as LogArguments);
}

/** Pino takes the message of an error as the message of a line that has none: errors are described before. */
function withoutErrors(line: LogArguments): LogArguments {
  const [first, ...rest] = line as readonly unknown[];
  if (first instanceof Error)
    return [{ err: describeError(first) }, ...(rest.length > 0 ? rest : [first.name])] as LogArguments;
  const { err } = Object(first) as { err?: unknown };
  if (!(err instanceof Error)) return line;
  return [{ ...(first as object), err: describeError(err) }, ...rest] as LogArguments;
}

/** People at a terminal get coloured text at once, machines get JSON in batches. */
async function openStandardOutput(): Promise<LogDestination> {
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

function flushed(sink: LogDestination): Promise<void> {
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
