import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import { commandLines } from './programs.ts';
import { type Finished, TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();

const PATCH = [
  '*** Begin Patch',
  '*** Update File: greeting.txt',
  '@@',
  '-hello world',
  '+hello Outcrop',
  '*** End Patch',
  '',
];
const TASK = 'Greet the gateway in greeting.txt';
/** Makes the model read, change and count (two concurrent calls), and answer. */
const SCRIPT = [
  { thinking: 'Look first.', text: 'I look.', toolUse: { name: 'exec_command', input: { cmd: 'cat greeting.txt' } } },
  {
    thinking: 'Now the change.',
    toolUse: [
      { name: 'exec_command', input: { cmd: `apply_patch <<'EOF'\n${PATCH.join('\n')}EOF\n` } },
      { name: 'exec_command', input: { cmd: 'wc -l greeting.txt' } },
    ],
  },
  { thinking: 'That is all.', text: 'The file greets Outcrop.' },
];

interface Item {
  type: string;
  text?: string;
  aggregated_output?: string;
}

/** Returns the finished items that `codex exec --json` printed, in order. */
function itemsOf({ code, stdout, stderr }: Finished): Item[] {
  if (code !== 0) throw new Error(`codex ended with ${code}: ${stdout}${stderr}`);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; item?: Item });
  return events.flatMap(({ type, item }) => (type === 'item.completed' && item !== undefined ? [item] : []));
}

const textsOf = (items: readonly Item[], type: string) =>
  items.filter((item) => item.type === type).map(({ text }) => text);

(programs ? describe : describe.skip)('Codex CLI', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await Workshop.open();
    mkdirSync(join(workshop.home, '.codex'));
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(() => workshop.close());

  /** Writes the settings of docs/clients.md. `top` are additional lines at the top of the file. */
  function configure(url: string, model: string, top: readonly string[] = ['web_search = "disabled"']): void {
    const lines = [
      `model = "${model}"`,
      'model_provider = "outcrop"',
      'model_reasoning_effort = "medium"',
      'model_reasoning_summary = "detailed"',
      ...top,
      // The folder belongs to the test, and containers rarely allow the sandbox.
      'sandbox_mode = "danger-full-access"',
      'approval_policy = "never"',
      '[model_providers.outcrop]',
      'name = "Outcrop"',
      `base_url = "${url}/v1"`,
      'env_key = "OUTCROP_API_KEY"',
      'wire_api = "responses"',
      '[analytics]',
      'enabled = false',
    ];
    writeFileSync(join(workshop.home, '.codex/config.toml'), lines.join('\n'));
  }

  const codex = (cliArguments: readonly string[]): Promise<Finished> =>
    workshop.run(programs?.codex ?? '', ['exec', '--skip-git-repo-check', '--json', ...cliArguments], {
      CODEX_HOME: join(workshop.home, '.codex'),
      OUTCROP_API_KEY: REPLICA_KEY,
    });

  it.each(['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-5-5'])(
    'changes a file with %s, with thinking in every turn',
    async (model) => {
      configure(workshop.url, model);
      workshop.emulator.script(SCRIPT);
      const items = itemsOf(await codex([TASK]));
      expect(workshop.greetingNow()).toBe('hello Outcrop\n');
      expect(textsOf(items, 'agent_message')).toEqual(['I look.', 'The file greets Outcrop.']);
      expect(textsOf(items, 'reasoning')).toEqual(['Look first.', 'Now the change.', 'That is all.']);
      const outputs = items.flatMap((item) => item.aggregated_output ?? []);
      expect(outputs).toEqual(['hello world\n', '1 greeting.txt\n']);
      const requests = workshop.sent('converse-stream');
      expect(requests).toHaveLength(3);
      for (const request of requests) {
        expect(request['additionalModelRequestFields']).toMatchObject({
          thinking: { type: model === 'claude-haiku-4-5' ? 'enabled' : 'adaptive' },
        });
      }
      // Signed by the emulator, encrypted by the gateway, stored by Codex, and checked by the emulator when they
      // return.
      const thinking = requests[2]?.messages.flatMap(({ content }) =>
        content.flatMap((part) => part['reasoningContent'] ?? []),
      );
      expect(thinking).toEqual([
        { reasoningText: { text: 'Look first.', signature: expect.any(String) } },
        { reasoningText: { text: 'Now the change.', signature: expect.any(String) } },
      ]);
    },
    TEST_MS,
  );

  it(
    'patches with its custom tool, and continues a session',
    async () => {
      const catalog = join(import.meta.dirname, 'codex-models.json');
      configure(workshop.url, 'claude-sonnet-4-6', ['web_search = "disabled"', `model_catalog_json = "${catalog}"`]);
      workshop.emulator.script([
        { thinking: 'One patch.', toolUse: { name: 'apply_patch', input: { input: PATCH.join('\n') } } },
        { text: 'Patched.' },
        { text: 'Outcrop is a gateway.' },
      ]);
      expect(itemsOf(await codex([TASK])).map(({ type }) => type)).toEqual([
        'reasoning',
        'file_change',
        'agent_message',
      ]);
      expect(workshop.greetingNow()).toBe('hello Outcrop\n');
      const again = itemsOf(await codex(['resume', '--last', 'Who is Outcrop?']));
      expect(textsOf(again, 'agent_message')).toEqual(['Outcrop is a gateway.']);
      const conversation = workshop.sent('converse-stream').at(-1)?.messages;
      expect(conversation?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
      expect(conversation?.[1]?.content[0]).toMatchObject({
        reasoningContent: { reasoningText: { text: 'One patch.' } },
      });
    },
    TEST_MS,
  );

  it(
    'retries after a stream breaks off, and does not run an incomplete call',
    async () => {
      configure(workshop.url, 'claude-sonnet-4-6');
      workshop.emulator.behave({ kind: 'truncate', afterDeltas: 2, times: 1 });
      const lost = {
        text: 'I change it.',
        toolUse: { name: 'exec_command', input: { cmd: 'echo lost >> greeting.txt' } },
      };
      workshop.emulator.script([lost, { text: 'Here is all of it.' }]);
      const items = itemsOf(await codex([TASK]));
      expect(textsOf(items, 'agent_message').at(-1)).toBe('Here is all of it.');
      expect(workshop.greetingNow()).toBe('hello world\n');
      expect(workshop.sent('converse-stream')).toHaveLength(2);
    },
    TEST_MS,
  );

  it(
    'receives an answer in the format of its output schema',
    async () => {
      configure(workshop.url, 'claude-sonnet-4-6');
      const schema = join(workshop.home, 'schema.json');
      const properties = { greeted: { type: 'string' } };
      writeFileSync(
        schema,
        JSON.stringify({ type: 'object', properties, required: ['greeted'], additionalProperties: false }),
      );
      workshop.emulator.script([{ thinking: 'As JSON.', text: '```json\n{"greeted": "world"}\n```' }]);
      const items = itemsOf(await codex(['--output-schema', schema, 'Who is greeted?']));
      expect(textsOf(items, 'agent_message').map((text) => JSON.parse(text ?? ''))).toEqual([{ greeted: 'world' }]);
    },
    TEST_MS,
  );

  it(
    'receives an error that names web search, which it sends by default and Bedrock lacks',
    async () => {
      configure(workshop.url, 'claude-sonnet-4-6', []);
      const { code, stdout } = await codex([TASK]);
      expect(code).toBe(1);
      expect(stdout).toContain('unsupported_tool');
      expect(workshop.emulator.requests).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'may send it to a gateway that drops hosted tools',
    async () => {
      const lenient = await Workshop.open({ GATEWAY__RESPONSES__HOSTED_TOOLS: 'ignore' });
      try {
        configure(lenient.url, 'claude-sonnet-4-6', []);
        lenient.emulator.script(SCRIPT);
        expect(textsOf(itemsOf(await codex([TASK])), 'agent_message').at(-1)).toBe('The file greets Outcrop.');
        expect(workshop.greetingNow()).toBe('hello Outcrop\n');
      } finally {
        await lenient.close();
      }
    },
    TEST_MS,
  );
});
