import { oneOf, section, text, needsRestart, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class LogFileConfig {
  @Setting('Path of the log file; its folder is created.', text('the path of a file'))
  path: string;

  @Setting('Megabytes after which a new file is begun.', wholeNumber({ min: 1, max: 10_000 }))
  maxSizeMb = 20;

  @Setting('Files that are kept, the current one included.', wholeNumber({ min: 1, max: 1000 }))
  maxFiles = 5;
}

export class LoggingConfig {
  @Setting(
    'Least severity that is logged; debug adds probes and the progress of a start, and no level adds content.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  )
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';

  @OptionalSetting('Writes the log to a rotating file besides standard output.', needsRestart(section(LogFileConfig)))
  file?: LogFileConfig;
}
