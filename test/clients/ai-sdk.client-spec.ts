import { CITY_SCRIPT, NEXT_QUESTION, outlineOf, QUESTION } from './city-task.ts';
import { printedBy } from './node-script.ts';
import { Outside } from './outside.ts';
import { commandLines } from './programs.ts';
import { TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();

const THINKING = 'claude-sonnet-4-6-thinking';
const REASONING = { forceReasoning: true, reasoningEffort: 'medium', reasoningSummary: 'detailed' };
const ENCRYPTED = { include: ['reasoning.encrypted_content'] };

/** The final input of the model: complete, and without the parts that a gateway without a store cannot restore. */
const ALL = [
  [QUESTION],
  ['thinking Look first.', 'I look.', 'call Bergen'],
  ['result'],
  ['thinking Now the others.', 'call Oslo', 'call Voss'],
  ['result', 'result'],
  ['thinking That is all.', 'They are counted.'],
  [NEXT_QUESTION],
];
/** Thinking without a call returns only if the client stores it, encrypted. */
const WITHOUT_LAST_THINKING = ALL.map((turn) => turn.filter((block) => block !== 'thinking That is all.'));
const WITHOUT_TEXTS = [
  [QUESTION],
  ['thinking Look first.', 'call Bergen'],
  ['result'],
  ['thinking Now the others.', 'call Oslo', 'call Voss'],
  ['result', 'result', NEXT_QUESTION],
];
const WITHOUT_CALLS = [
  [
    QUESTION,
    '[The tool answered: Bergen has 291940 inhabitants.]',
    '[The tool answered: Oslo has 291940 inhabitants.]',
    '[The tool answered: Voss has 291940 inhabitants.]',
    NEXT_QUESTION,
  ],
];

interface Case {
  /** Generation of the AI SDK. */
  generation: string;
  model: string;
  /** Options of the provider. */
  options: object;
  /** Final input of the model from a gateway that stores responses. */
  memory: string[][];
  /** Final input of the model from a gateway without a store. */
  off: string[][];
}

const CASES: Case[] = [
  { generation: '7', model: THINKING, options: {}, memory: WITHOUT_LAST_THINKING, off: WITHOUT_TEXTS },
  { generation: '7', model: THINKING, options: { store: true }, memory: WITHOUT_LAST_THINKING, off: WITHOUT_TEXTS },
  {
    generation: '7',
    model: THINKING,
    options: { store: false },
    memory: WITHOUT_LAST_THINKING,
    off: WITHOUT_LAST_THINKING,
  },
  { generation: '7', model: THINKING, options: { store: false, ...ENCRYPTED }, memory: ALL, off: ALL },
  {
    generation: '7',
    model: 'claude-haiku-4-5',
    options: { ...REASONING, ...ENCRYPTED },
    memory: ALL,
    off: WITHOUT_TEXTS,
  },
  {
    generation: '7',
    model: 'claude-sonnet-4-6',
    options: REASONING,
    memory: WITHOUT_LAST_THINKING,
    off: WITHOUT_TEXTS,
  },
  { generation: '7', model: 'claude-sonnet-4-6', options: { ...REASONING, store: false }, memory: ALL, off: ALL },
  { generation: '6', model: THINKING, options: {}, memory: WITHOUT_LAST_THINKING, off: WITHOUT_TEXTS },
  {
    generation: '6',
    model: THINKING,
    options: { store: false },
    memory: WITHOUT_LAST_THINKING,
    off: WITHOUT_LAST_THINKING,
  },
  // This generation sends references to calls as well.
  { generation: '5', model: THINKING, options: {}, memory: WITHOUT_LAST_THINKING, off: WITHOUT_CALLS },
  {
    generation: '5',
    model: THINKING,
    options: { store: false },
    memory: WITHOUT_LAST_THINKING,
    off: WITHOUT_LAST_THINKING,
  },
];

(programs ? describe : describe.skip).each(['memory', 'off'] as const)(
  'AI SDK on Responses with the store %s',
  (store) => {
    let workshop: Workshop;
    let outside: Outside;
    beforeAll(async () => {
      workshop = await Workshop.open({ GATEWAY__RESPONSES__STORE: store });
      outside = await Outside.open();
    }, TEST_MS);
    beforeEach(() => workshop.reset());
    afterAll(async () => {
      outside.close();
      await workshop.close();
    });

    async function expectDone(scriptArguments: readonly string[], conversation: readonly string[][]): Promise<void> {
      workshop.emulator.script(CITY_SCRIPT);
      const { environment } = outside;
      const script = { modules: programs?.modules ?? '', script: 'ai-sdk-client.mjs', environment };
      expect(await printedBy(workshop, script, scriptArguments)).toEqual({
        texts: ['They are counted.', 'Oslo.'],
        reasoning: ['Look first.', 'Now the others.', 'That is all.'],
        results: ['Bergen', 'Oslo', 'Voss'].map((city) => `${city} has 291940 inhabitants.`),
      });
      const requests = workshop.sent(scriptArguments[2] === 'plain' ? 'converse' : 'converse-stream');
      expect(requests).toHaveLength(4);
      for (const request of requests) expect(request['additionalModelRequestFields']).toHaveProperty('thinking');
      expect(outlineOf(requests[3]!)).toEqual(conversation);
      expect(outside.attemptedHosts).toEqual([]);
    }

    it.each(CASES)(
      'completes a task with tools, then continues: generation $generation, $model, $options',
      async ({ generation, model, options, [store]: conversation }) => {
        await expectDone([generation, model, 'streamed', JSON.stringify(options)], conversation);
      },
      TEST_MS,
    );

    it(
      'completes a task with tools, then continues, plain',
      async () => {
        await expectDone(['7', THINKING, 'plain', '{}'], store === 'off' ? WITHOUT_TEXTS : WITHOUT_LAST_THINKING);
      },
      TEST_MS,
    );
  },
);
