import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import { Outside } from './outside.ts';
import { commandLines, onThisPlatform } from './programs.ts';
import { type Finished, TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();
const program = programs && onThisPlatform('opencode', programs.opencode);

const TASK = 'Greet the gateway in greeting.txt';
const MODELS = ['claude-haiku-4-5', 'claude-opus-5-5'];

interface Event {
  type: string;
  part?: { text?: string; tool?: string; state?: { status: string } };
}

/** Returns the events that `opencode run --format json` prints, in order. */
function eventsOf({ code, stdout, stderr }: Finished): Event[] {
  if (code !== 0) throw new Error(`opencode ended with ${code}: ${stdout}${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

const textsOf = (events: readonly Event[], wanted: string) =>
  events.flatMap(({ type, part }) => (type === wanted ? [part?.text] : []));

(program ? describe : describe.skip)('opencode', () => {
  let workshop: Workshop;
  let outside: Outside;
  beforeAll(async () => {
    workshop = await Workshop.open();
    outside = await Outside.open();
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(async () => {
    outside.close();
    await workshop.close();
  });

  /** Writes the settings of docs/clients.md. `models` are the models with their settings. */
  function configure(url: string, npm: string, models: object): void {
    const options = { baseURL: `${url}/v1`, apiKey: REPLICA_KEY };
    const configuration = {
      $schema: 'https://opencode.ai/config.json',
      provider: { outcrop: { npm, name: 'Outcrop', options, models } },
      enabled_providers: ['outcrop'],
      autoupdate: false,
      share: 'disabled',
    };
    writeFileSync(join(workshop.home, 'opencode.json'), JSON.stringify(configuration));
  }

  const opencode = (cliArguments: readonly string[]): Promise<Finished> =>
    workshop.run(program ?? '', ['run', '--format', 'json', '--thinking', '--title', 'Greeting', ...cliArguments], {
      ...outside.environment,
      OPENCODE_CONFIG: join(workshop.home, 'opencode.json'),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      // Without this, opencode installs a package for plugins.
      npm_config_offline: 'true',
    });

  /** Makes the model read, edit and answer. */
  const script = () => {
    const input = { filePath: workshop.greeting, oldString: 'hello world', newString: 'hello Outcrop' };
    return [
      { thinking: 'Look first.', text: 'I look.', toolUse: { name: 'read', input: { filePath: workshop.greeting } } },
      { thinking: 'Now the change.', toolUse: { name: 'edit', input } },
      { thinking: 'That is all.', text: 'The file greets Outcrop.' },
    ];
  };

  /** Asserts that the file is changed and that thinking came back unchanged; the emulator checks the signatures. */
  function expectDone(finished: Finished, sent: Workshop): void {
    const events = eventsOf(finished);
    expect(textsOf(events, 'reasoning')).toEqual(['Look first.', 'Now the change.', 'That is all.']);
    expect(textsOf(events, 'text')).toEqual(['I look.', 'The file greets Outcrop.']);
    const tools = events.flatMap(({ type, part }) => (type === 'tool_use' ? [[part?.tool, part?.state?.status]] : []));
    expect(tools).toEqual([
      ['read', 'completed'],
      ['edit', 'completed'],
    ]);
    expect(workshop.greetingNow()).toBe('hello Outcrop\n');
    const last = sent.sent('converse-stream').at(-1);
    expect(last?.['additionalModelRequestFields']).toHaveProperty('thinking');
    const returned = last?.messages.flatMap(({ content }) =>
      content.flatMap(({ reasoningContent }) => reasoningContent ?? []),
    );
    expect(returned).toEqual([
      { reasoningText: { text: 'Look first.', signature: expect.any(String) } },
      { reasoningText: { text: 'Now the change.', signature: expect.any(String) } },
    ]);
    expect(outside.attemptedHosts).toEqual([]);
  }

  it.each(MODELS)(
    'edits a file with %s over chat',
    async (model) => {
      const settings = { reasoning: true, tool_call: true, options: { reasoningEffort: 'medium' } };
      configure(workshop.url, '@ai-sdk/openai-compatible', { [model]: settings });
      workshop.emulator.script(script());
      expectDone(await opencode(['--model', `outcrop/${model}`, TASK]), workshop);
    },
    TEST_MS,
  );

  it(
    'edits a file over /v1/responses, and continues a session',
    async () => {
      const settings = {
        reasoning: true,
        tool_call: true,
        options: { forceReasoning: true, reasoningEffort: 'medium' },
      };
      configure(workshop.url, '@ai-sdk/openai', { 'claude-sonnet-4-6': settings });
      workshop.emulator.script([...script(), { text: 'Outcrop is a gateway.' }]);
      const model = ['--model', 'outcrop/claude-sonnet-4-6'];
      expectDone(await opencode([...model, TASK]), workshop);
      const again = eventsOf(await opencode([...model, '--continue', 'Who is Outcrop?']));
      expect(textsOf(again, 'text')).toEqual(['Outcrop is a gateway.']);
      const conversation = workshop.sent('converse-stream').at(-1)?.messages;
      expect(conversation?.map(({ role }) => role)).toEqual([
        'user',
        'assistant',
        'user',
        'assistant',
        'user',
        'assistant',
        'user',
      ]);
    },
    TEST_MS,
  );
});
