import { CITY_SCRIPT, NEXT_QUESTION, outlineOf, QUESTION } from './city-task.ts';
import { printedBy } from './node-script.ts';
import { Outside } from './outside.ts';
import { commandLines } from './programs.ts';
import { TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();

const REASONING = { forceReasoning: true, reasoningEffort: 'medium', reasoningSummary: 'detailed' };

const ALL = [
  [QUESTION],
  ['thinking Look first.', 'I look.', 'call Bergen'],
  ['result'],
  ['thinking Now the others.', 'call Oslo', 'call Voss'],
  ['result', 'result'],
  ['They are counted.'],
  [NEXT_QUESTION],
];
/** References to texts cannot be resolved without a store. */
const WITHOUT_TEXTS = [...ALL.slice(0, 4), ['result', 'result', NEXT_QUESTION]].map((turn) =>
  turn.filter((block) => block !== 'I look.'),
);

(programs ? describe : describe.skip).each(['memory', 'off'] as const)('Mastra with the store %s', (store) => {
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

  it.each([
    { api: 'responses', form: 'streamed', model: 'claude-sonnet-4-6-thinking', options: {}, off: WITHOUT_TEXTS },
    { api: 'responses', form: 'streamed', model: 'claude-opus-5-5', options: REASONING, off: WITHOUT_TEXTS },
    { api: 'responses', form: 'plain', model: 'claude-sonnet-4-6-thinking', options: { store: false }, off: ALL },
    { api: 'chat', form: 'streamed', model: 'claude-sonnet-4-6', options: REASONING, off: ALL },
    { api: 'chat', form: 'plain', model: 'claude-haiku-4-5-thinking', options: {}, off: ALL },
  ])(
    'completes a task with tools, then continues: $api, $form, $model, $options',
    async ({ api, form, model, options, off }) => {
      workshop.emulator.script(CITY_SCRIPT);
      const script = {
        modules: programs?.modules ?? '',
        script: 'mastra-client.mjs',
        environment: { ...outside.environment, MASTRA_TELEMETRY_DISABLED: '1' },
      };
      const printed = await printedBy(workshop, script, [model, api, form, JSON.stringify(options)]);
      // The provider drops the thinking of chat; the gateway restores it by the ids of the calls.
      const thinking = api === 'chat' ? ['', '', ''] : ['Look first.', 'Now the others.', 'That is all.'];
      expect(printed).toEqual({
        texts: ['I look.They are counted.', 'Oslo.'],
        reasoning: thinking,
        results: [{ inhabitants: 291940 }, { inhabitants: 291940 }, { inhabitants: 291940 }],
      });
      const requests = workshop.sent(form === 'plain' ? 'converse' : 'converse-stream');
      expect(requests).toHaveLength(4);
      for (const request of requests) expect(request['additionalModelRequestFields']).toHaveProperty('thinking');
      expect(outlineOf(requests[3]!)).toEqual(store === 'off' ? off : ALL);
      expect(outside.attemptedHosts).toEqual([]);
    },
    TEST_MS,
  );
});
