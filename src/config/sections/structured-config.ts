import { wholeNumber } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class StructuredConfig {
  @Setting(
    'Milliseconds of CPU time that one request may spend on its schema: compiling it and checking all answers, repeated ones included.',
    wholeNumber({ min: 10, max: 60_000 }),
  )
  cpuMsPerRequest = 1_000;

  @Setting(
    'Milliseconds of CPU time that each key may spend on schemas in a minute; 0: no limit.',
    wholeNumber({ min: 0, max: 60_000 }),
  )
  cpuMsPerMinutePerKey = 6_000;

  @Setting('Most schemas and answers that wait for the schema worker at a time.', wholeNumber({ min: 1, max: 100_000 }))
  maxQueued = 256;

  @Setting('Most of them for each key.', wholeNumber({ min: 1, max: 100_000 }))
  maxQueuedPerKey = 64;
}
