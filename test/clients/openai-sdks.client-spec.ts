import { REPLICA_KEY } from '../support/replica.ts';
import { type LookedUp, scriptLookUps, signedReasoning, returnedReasoning } from './look-up-task.ts';
import { goClient, javaClient } from './programs.ts';
import { TEST_MS, Workshop } from './workshop.ts';

const PROGRAMS = [
  ['openai-go', await goClient()],
  ['openai-java', await javaClient()],
] as const;
/** Ways in the order of the programs. */
const WAYS = ['chat plain', 'chat streamed', 'responses plain', 'responses streamed'];

describe.each(PROGRAMS)('%s', (_, program) => {
  let workshop: Workshop;
  beforeAll(async () => {
    if (program !== undefined) workshop = await Workshop.open();
  }, TEST_MS);
  afterAll(() => workshop?.close());

  (program ? it.each : it.skip.each)(['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-5-5'])(
    'completes a task with %s, a tool and reasoning, on chat and responses, plain and streamed',
    async (model) => {
      workshop.reset();
      scriptLookUps(workshop, WAYS);
      const finished = await workshop.run(program!.command, [...program!.arguments, model], {
        OPENAI_BASE_URL: `${workshop.url}/v1`,
        OPENAI_API_KEY: REPLICA_KEY,
      });
      if (finished.code !== 0) throw new Error(`It ended with ${finished.code}: ${finished.stdout}${finished.stderr}`);
      const tasks = WAYS.map((way): [string, LookedUp] => [
        way,
        {
          tool: 'look_up',
          city: 'Bergen',
          reasoning: `Look it up: ${way}.`,
          text: `In Bergen: ${way}.`,
          end: way.startsWith('chat') ? 'stop' : 'completed',
          tokens: true,
        },
      ]);
      expect(JSON.parse(finished.stdout)).toEqual({ ...Object.fromEntries(tasks), refused: 'model_not_found' });
      expect(returnedReasoning(workshop)).toEqual(signedReasoning(WAYS));
    },
    TEST_MS,
  );
});
