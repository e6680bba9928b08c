import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import { pythonFrameworks } from './programs.ts';
import { TEST_MS, Workshop } from './workshop.ts';

const program = await pythonFrameworks();
/** Modes in the order of the program. */
const MODES = [
  'TOOLS',
  'TOOLS_STRICT',
  'JSON',
  'MD_JSON',
  'JSON_SCHEMA',
  'RESPONSES_TOOLS',
  'ANTHROPIC_TOOLS',
  'ANTHROPIC_JSON',
];
const ANN = { name: 'ANN', age: 30, role: 'administrator' };
const BOB = { ...ANN, name: 'BOB' };
/** An answer that conforms to the schema, but not to the validator of the program. */
const INVALID = { ...ANN, name: 'Ann' };

/** The tool with which the gateway requests JSON from a model without native structured output. */
const JSON_TOOL = 'respond_with_json';

/** Returns the answer of a model with thinking, in the form of the mode. */
function answer(model: string, mode: string, tool: string, input: object): object {
  const thinking = `${mode} wants a person.`;
  if (mode.includes('TOOLS')) return { thinking, toolUse: { name: tool, input } };
  if (mode === 'JSON_SCHEMA' && model.startsWith('nova')) return { thinking, toolUse: { name: JSON_TOOL, input } };
  const text = JSON.stringify(input);
  return { thinking, text: mode === 'MD_JSON' ? `\`\`\`json\n${text}\n\`\`\`` : text };
}

(program ? describe : describe.skip)('instructor', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await Workshop.open();
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(() => workshop.close());

  it.each(['claude-sonnet-4-6', 'claude-opus-5-5', 'nova-2-lite'])(
    'receives objects from %s in each mode: after a retry, partial objects, and lists',
    async (model) => {
      workshop.emulator.script([
        ...MODES.flatMap((mode) => [
          answer(model, mode, 'Person', INVALID),
          answer(model, mode, 'Person', ANN),
          answer(model, mode, 'PartialPerson', ANN),
          answer(model, mode, 'IterablePerson', { tasks: [ANN, BOB] }),
        ]),
        {
          toolUse: [
            { name: 'Weather', input: { city: 'Bergen' } },
            { name: 'Search', input: { query: 'rain' } },
          ],
        },
      ]);
      const script = join(import.meta.dirname, 'frameworks/instructor_client.py');
      const { code, stdout, stderr } = await workshop.run(program ?? '', ['-W', 'ignore', script, model], {
        OPENAI_BASE_URL: `${workshop.url}/v1`,
        OPENAI_API_KEY: REPLICA_KEY,
        ANTHROPIC_BASE_URL: workshop.url,
        ANTHROPIC_API_KEY: REPLICA_KEY,
      });
      if (code !== 0) throw new Error(`instructor ended with ${code}: ${stdout}${stderr}`);
      const [person, other] = [ANN, BOB].map((fields) => ({ ...fields, nickname: null }));
      const extracted = { person, refused: [true], streamed: person, pieces: true, many: [person, other] };
      expect(JSON.parse(stdout)).toEqual({
        ...Object.fromEntries(MODES.map((mode) => [mode, extracted])),
        PARALLEL_TOOLS: [
          ['Weather', { city: 'Bergen' }],
          ['Search', { query: 'rain' }],
        ],
      });
      const requests = workshop.emulator.requests.map(({ body }) => JSON.stringify(body));
      expect(requests).toHaveLength(4 * MODES.length + 1);
      // The validation error of the first answer reaches the model.
      for (const index of MODES.keys()) expect(requests[4 * index + 1]).toContain('The name must be in capitals.');
    },
    TEST_MS,
  );
});
