import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import { scriptLookUps, signedReasoning, returnedReasoning } from './look-up-task.ts';
import { pythonFrameworks } from './programs.ts';
import { type Finished, TEST_MS, Workshop } from './workshop.ts';

const program = await pythonFrameworks();
const MODELS = ['claude-sonnet-4-6', 'claude-opus-5-5', 'nova-2-lite'];
/** Reasons for skipped tests of the standard suite; each applies to all four classes. */
const SKIPPED = ['It times the replay of a recording; the gateway has none.', 'Model does not support audio inputs.'];
/** Number of tests in the pinned suite of four classes, so that the loss of one is detected. */
const STANDARD_TESTS = 192;
/** Ways in the order of the program. */
const WAYS = ['chat', 'responses', 'stored', 'sealed'].flatMap((way) => [`${way} plain`, `${way} streamed`]);

(program ? describe : describe.skip)('LangChain', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await Workshop.open();
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(() => workshop.close());

  async function runPython(model: string, scriptArguments: readonly string[]): Promise<Finished> {
    const finished = await workshop.run(program ?? '', ['-W', 'ignore', ...scriptArguments], {
      MODEL: model,
      OPENAI_BASE_URL: `${workshop.url}/v1`,
      OPENAI_API_KEY: REPLICA_KEY,
      EMULATOR_URL: workshop.emulator.url,
      PYTHONDONTWRITEBYTECODE: '1',
    });
    if (finished.code !== 0) throw new Error(`It ended with ${finished.code}: ${finished.stdout}${finished.stderr}`);
    return finished;
  }

  it.each(MODELS)(
    'passes its standard tests with ChatOpenAI and %s, on chat and responses, with and without thinking',
    async (model) => {
      const suite = join(import.meta.dirname, 'frameworks/langchain_standard.py');
      // ChatOpenAI uses one connection pool for all tests, which belongs to the event loop of the first.
      const loops = ['test', 'fixture'].flatMap((kind) => ['-o', `asyncio_default_${kind}_loop_scope=session`]);
      const pytest = ['-m', 'pytest', suite, '--asyncio-mode=auto', ...loops];
      const { stdout } = await runPython(model, [...pytest, '-q', '-rs', '--tb=short', '-p', 'no:cacheprovider']);
      const skipped = [...stdout.matchAll(/^SKIPPED \[(\d+)\] .*?:\d+: (.*)$/gm)].map(([, count, reason]) => [
        Number(count),
        reason,
      ]);
      for (const [count, reason] of skipped) {
        process.stderr.write(`Skipped in LangChain's standard tests with ${model}: ${count} tests. ${reason}\n`);
      }
      expect(skipped.map(([count, reason]) => `${count}: ${reason}`).toSorted()).toEqual(
        SKIPPED.map((reason) => `4: ${reason}`),
      );
      expect(stdout).toMatch(new RegExp(`^${STANDARD_TESTS} passed, `, 'm'));
    },
    TEST_MS,
  );

  it.each(MODELS)(
    'completes a task with %s, a tool and thinking, in each way',
    async (model) => {
      scriptLookUps(workshop, WAYS);
      const { stdout } = await runPython(model, [join(import.meta.dirname, 'frameworks/langchain_client.py')]);
      const task = (way: string) => ({
        calls: [['look_up', { city: 'Bergen' }]],
        results: ['Rain in Bergen'],
        // ChatOpenAI does not return thinking of chat completions.
        reasoning: way.startsWith('chat') ? [] : [`Look it up: ${way}.`],
        reasoned: true,
        text: `In Bergen: ${way}.`,
      });
      expect(JSON.parse(stdout)).toEqual(Object.fromEntries(WAYS.map((way) => [way, task(way)])));
      if (model.startsWith('claude')) expect(returnedReasoning(workshop)).toEqual(signedReasoning(WAYS));
    },
    TEST_MS,
  );
});
