import { oneOf, section, text, needsRestart, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class LogFileConfig {
  @Setting('Path of the log file. Its directory is created.', text('the path of a file'))
  path: string;

  @Setting('Megabytes after which a new file is started.', wholeNumber({ min: 1, max: 10_000 }))
  maxSizeMb = 20;

  @Setting('Number of log files, including the current one.', wholeNumber({ min: 1, max: 1000 }))
  maxFiles = 5;
}

export class LoggingConfig {
  @Setting(
    'Minimum severity of logged lines. debug adds probes and the progress of the start. No level adds content.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  )
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';

  @OptionalSetting(
    'Writes the log to a rotated file, in addition to standard output.',
    needsRestart(section(LogFileConfig)),
  )
  file?: LogFileConfig;
}
