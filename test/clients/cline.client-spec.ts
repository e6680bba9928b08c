import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import { Outside } from './outside.ts';
import { commandLines, onThisPlatform } from './programs.ts';
import { type Finished, TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();
const program = programs && onThisPlatform('Cline', programs.cline);

const TASK = 'Greet the gateway in greeting.txt';

interface Line {
  type: string;
  finishReason?: string;
  text?: string;
  event?: { type: string; contentType?: string; reasoning?: string };
}

/** Returns the result of `cline --json` and the thinking that it printed. */
function printedIn({ code, stdout, stderr }: Finished): { result: Line; thinking: (string | undefined)[] } {
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
  const result = lines.find(({ type }) => type === 'run_result');
  if (code !== 0 || result === undefined) throw new Error(`cline ended with ${code}: ${stdout}${stderr}`);
  const thinking = lines.flatMap(({ event }) =>
    event?.type === 'content_end' && event.contentType === 'reasoning' ? [event.reasoning] : [],
  );
  return { result, thinking };
}

(program ? describe : describe.skip)('Cline', () => {
  let workshop: Workshop;
  let outside: Outside;
  beforeAll(async () => {
    workshop = await Workshop.open();
    outside = await Outside.open();
    writeFileSync(join(workshop.home, 'cline.json'), '{"telemetryOptOut":true,"autoUpdateEnabled":false}');
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(async () => {
    outside.close();
    await workshop.close();
  });

  const cline = (cliArguments: readonly string[]): Promise<Finished> =>
    workshop.run(program ?? '', cliArguments, {
      ...outside.environment,
      CLINE_GLOBAL_SETTINGS_PATH: join(workshop.home, 'cline.json'),
      // Without this, Cline leaves a daemon running.
      CLINE_SESSION_BACKEND_MODE: 'local',
      CLINE_NO_AUTO_UPDATE: '1',
      // Cline reads its feature flags from a separate service and has no other switch for them.
      E2E_TEST: 'true',
    });

  /** Writes the settings of docs/clients.md. */
  async function configure(url: string, provider: string, model: string): Promise<void> {
    const cliArguments = ['auth', '-p', provider, '-k', REPLICA_KEY, '-m', model, '-b', `${url}/v1`];
    const { code, stdout, stderr } = await cline(cliArguments);
    if (code !== 0) throw new Error(`cline auth ended with ${code}: ${stdout}${stderr}`);
  }

  const reading = () => ({
    thinking: 'Look first.',
    text: 'I look.',
    toolUse: { name: 'read_files', input: { files: [{ path: workshop.greeting }] } },
  });
  const END = { thinking: 'That is all.', text: 'The file greets Outcrop.' };

  /** Asserts that the file is changed and that thinking came back unchanged; the emulator checks the signatures. */
  function expectDone(finished: Finished, sent: Workshop): void {
    const { result, thinking } = printedIn(finished);
    expect(result).toMatchObject({ finishReason: 'completed', text: 'The file greets Outcrop.' });
    expect(thinking).toEqual(['Look first.', 'Now the change.', 'That is all.']);
    expect(workshop.greetingNow()).toBe('hello Outcrop\n');
    const requests = sent.sent('converse-stream');
    expect(requests).toHaveLength(3);
    for (const request of requests) expect(request['additionalModelRequestFields']).toHaveProperty('thinking');
    const returned = requests[2]?.messages.flatMap(({ content }) =>
      content.flatMap(({ reasoningContent }) => reasoningContent ?? []),
    );
    expect(returned).toEqual([
      { reasoningText: { text: 'Look first.', signature: expect.any(String) } },
      { reasoningText: { text: 'Now the change.', signature: expect.any(String) } },
    ]);
    expect(outside.attemptedHosts).toEqual([]);
  }

  it.each(['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-5-5'])(
    'edits a file with %s over chat',
    async (model) => {
      await configure(workshop.url, 'openai-compatible', model);
      const input = { path: workshop.greeting, old_text: 'hello world', new_text: 'hello Outcrop' };
      workshop.emulator.script([reading(), { thinking: 'Now the change.', toolUse: { name: 'editor', input } }, END]);
      expectDone(await cline(['--json', '--thinking', 'medium', TASK]), workshop);
    },
    TEST_MS,
  );

  it(
    'reports a stream that breaks off, and does not run an incomplete call',
    async () => {
      await configure(workshop.url, 'openai-compatible', 'claude-sonnet-4-6');
      workshop.emulator.behave({ kind: 'truncate', afterDeltas: 2 });
      const input = { path: workshop.greeting, old_text: 'hello world', new_text: 'hello half' };
      workshop.emulator.script([{ text: 'I change it.', toolUse: { name: 'editor', input }, times: 10 }]);
      const { code, stdout } = await cline(['--json', TASK]);
      expect(code).toBe(1);
      expect(stdout).toContain('The stream from Bedrock ended before the answer was complete.');
      expect(workshop.greetingNow()).toBe('hello world\n');
    },
    TEST_MS,
  );

  it(
    'patches a file over /v1/responses of a gateway that drops hosted tools, which its OpenAI provider sends',
    async () => {
      const lenient = await Workshop.open({ GATEWAY__RESPONSES__HOSTED_TOOLS: 'ignore' });
      try {
        await configure(lenient.url, 'openai-native', 'claude-sonnet-4-6-thinking');
        const lines = [
          '*** Begin Patch',
          `*** Update File: ${workshop.greeting}`,
          '@@',
          '-hello world',
          '+hello Outcrop',
        ];
        const input = { input: [...lines, '*** End Patch', ''].join('\n') };
        lenient.emulator.script([
          reading(),
          { thinking: 'Now the change.', toolUse: { name: 'apply_patch', input } },
          END,
        ]);
        expectDone(await cline(['--json', TASK]), lenient);
      } finally {
        await lenient.close();
      }
    },
    TEST_MS,
  );
});
