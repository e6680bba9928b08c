import { wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class StructuredConfig {
  @Setting(
    'Milliseconds of CPU time for the schema of one request: compiling it and checking all answers, including repeated ones.',
    wholeNumber({ min: 10, max: 60_000 }),
  )
  cpuMsPerRequest = 1_000;

  @Setting(
    'Milliseconds of CPU time for the schemas of each key in a minute; 0: no limit.',
    wholeNumber({ min: 0, max: 60_000 }),
  )
  cpuMsPerMinutePerKey = 6_000;

  @Setting(
    'Maximum number of schemas and answers that wait for the schema worker.',
    wholeNumber({ min: 1, max: 100_000 }),
  )
  maxQueued = 256;

  @Setting('Maximum number of schemas and answers of each key that wait.', wholeNumber({ min: 1, max: 100_000 }))
  maxQueuedPerKey = 64;
}
