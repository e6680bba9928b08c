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

/** Maximum bytes that wait for a slow reader of standard output. Further lines are dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Maximum milliseconds before buffered lines are written. Batches cost a quarter of single writes. */
const FLUSH_MS = 200;
const FLUSH_BYTES = 12_288;

/** Fields that are masked, at the top level of a line or one or two objects deep. */
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

/** The two loggers of the process. They write to the same destinations. */
export interface Loggers {
  /** Logger of the modules. It masks secrets. */
  application: PinoLogger;
  /** Logger of the request lines. It masks nothing, because the gateway chooses all of their fields. */
  access: PinoLogger;
  /** Sets the minimum level of both loggers. */
  setLevel(level: LoggingConfig['level']): void;
  /** Resolves when all lines are written, or writing has failed. */
  flush(): Promise<void>;
}

/** Arguments of a logging method of pino, as its hook receives them. */
type LogArguments = Parameters<LogFn>;

/** Receiver of log lines. */
export interface LogDestination extends DestinationStream {
  flush?(done: () => void): void;
}

/**
 * Creates the loggers for standard output and, if configured, the log file. `emitsFormerNames` is called for each line of the
 * application.
 */
export async function createLoggers(
  config: LoggingConfig,
  emitsFormerNames: () => boolean = () => false,
): Promise<Loggers> {
  const destinations: LogDestination[] = [await openStandardOutput()];
  if (config.file) destinations.push(await openLogFile(config.file));
  return createLoggersFor(destinations, config, emitsFormerNames);
}

/** Creates the loggers for the given destinations. */
export function createLoggersFor(
  destinations: readonly LogDestination[],
  config: LoggingConfig,
  emitsFormerNames: () => boolean = () => false,
): Loggers {
  const stream: DestinationStream = {
    write: (line) => {
      for (const target of destinations) target.write(line);
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
      await Promise.all(destinations.map(flushed));
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

/** Returns the line, with the former field of audit lines, and a second line for a renamed event. */
function withFormerNames([first, ...rest]: LogArguments): LogArguments[] {
  if (typeof first !== 'object' || first === null) return [[first, ...rest] as LogArguments];
  const marked = withFormerMark(first);
  const former = formerEventFields(marked);
  return [marked, ...(former ? [former] : [])].map((fields) => [fields, ...rest] as LogArguments);
}

/** Replaces errors by their descriptions, because pino would use the message of an error as the message of the line. */
function withoutErrors(line: LogArguments): LogArguments {
  const [first, ...rest] = line as readonly unknown[];
  if (first instanceof Error)
    return [{ err: describeError(first) }, ...(rest.length > 0 ? rest : [first.name])] as LogArguments;
  const { err } = Object(first) as { err?: unknown };
  if (!(err instanceof Error)) return line;
  return [{ ...(first as object), err: describeError(err) }, ...rest] as LogArguments;
}

/** Opens standard output: colored text at once for a terminal, otherwise JSON in batches. */
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
    maxLength: MAX_WAITING_BYTES,
    // With strings, the library would measure and copy the whole batch for each line.
    contentMode: 'buffer',
  });
  // A full disk behind a redirected output stops the log, but not the gateway.
  output.on('error', () => undefined);
  return {
    write: (line) => void output.write(Buffer.from(line) as unknown as string),
    flush: (done) => output.flush(done),
  };
}

function flushed(target: LogDestination): Promise<void> {
  return new Promise((resolve) => {
    if (target.flush) target.flush(() => resolve());
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
