import { REPLICA_KEY } from '../support/replica.ts';
import { commandLines } from './programs.ts';
import { type Finished, TEST_MS, Workshop } from './workshop.ts';

const programs = await commandLines();

const TASK = 'Greet the gateway in greeting.txt';

interface Result {
  is_error: boolean;
  result: string;
  num_turns: number;
  session_id: string;
}

(programs ? describe : describe.skip)('Claude Code', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await Workshop.open();
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(() => workshop.close());

  const gateway = () => ({ ANTHROPIC_BASE_URL: workshop.url, ANTHROPIC_AUTH_TOKEN: REPLICA_KEY });
  const bedrock = () => ({
    CLAUDE_CODE_USE_BEDROCK: '1',
    ANTHROPIC_BEDROCK_BASE_URL: workshop.url,
    AWS_REGION: 'us-east-1',
  });

  /** Makes the model read, edit and answer. */
  const script = () => [
    { thinking: 'Look first.', text: 'I look.', toolUse: { name: 'Read', input: { file_path: workshop.greeting } } },
    {
      thinking: 'Now the change.',
      toolUse: {
        name: 'Edit',
        input: { file_path: workshop.greeting, old_string: 'hello world', new_string: 'hello Outcrop' },
      },
    },
    { thinking: 'That is all.', text: 'The file greets Outcrop.' },
  ];

  const run = (cliArguments: readonly string[], environment: Record<string, string>): Promise<Finished> =>
    workshop.run(
      programs?.claude ?? '',
      ['-p', '--output-format', 'json', '--permission-mode', 'acceptEdits', '--max-turns', '6', ...cliArguments],
      { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', ...environment },
    );

  async function claude(cliArguments: readonly string[], environment: Record<string, string>): Promise<Result> {
    const { code, stdout, stderr } = await run(cliArguments, environment);
    if (code !== 0) throw new Error(`claude ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Result;
  }

  /** Asserts that the file is changed and that thinking came back unchanged; the emulator checks the signatures. */
  function expectDone(result: Result, operation: 'invoke' | 'invoke-with-response-stream'): void {
    expect(result).toMatchObject({ is_error: false, num_turns: 3, result: 'The file greets Outcrop.' });
    expect(workshop.greetingNow()).toBe('hello Outcrop\n');
    const last = workshop.sent(operation).at(-1);
    expect(last?.['thinking']).toBeDefined();
    const thinking = last?.messages.flatMap(({ content }) => content.filter(({ type }) => type === 'thinking'));
    expect(thinking).toEqual([
      { type: 'thinking', thinking: 'Look first.', signature: expect.any(String) },
      { type: 'thinking', thinking: 'Now the change.', signature: expect.any(String) },
    ]);
  }

  it.each(['claude-haiku-4-5', 'claude-sonnet-4-6', 'claude-opus-5-5', 'sonnet'])(
    'edits a file with %s over /v1/messages',
    async (model) => {
      workshop.emulator.script(script());
      expectDone(await claude(['--model', model, TASK], gateway()), 'invoke-with-response-stream');
    },
    TEST_MS,
  );

  it(
    'uses its default model, sends its key as x-api-key and continues a session',
    async () => {
      const environment = { ANTHROPIC_BASE_URL: workshop.url, ANTHROPIC_API_KEY: REPLICA_KEY };
      workshop.emulator.script([...script(), { text: 'Outcrop is a gateway.' }]);
      const first = await claude([TASK], environment);
      expectDone(first, 'invoke-with-response-stream');
      const again = await claude(['--resume', first.session_id, 'Who is Outcrop?'], environment);
      expect(again).toMatchObject({ is_error: false, result: 'Outcrop is a gateway.' });
    },
    TEST_MS,
  );

  it(
    'requests plain answers after a stream breaks off',
    async () => {
      workshop.emulator.behave({ kind: 'truncate', afterDeltas: 1, operation: 'invoke-with-response-stream' });
      const lost = { text: 'This answer breaks off.' };
      workshop.emulator.script(script().flatMap((answer) => [lost, answer]));
      expectDone(await claude(['--model', 'claude-sonnet-4-6', TASK], gateway()), 'invoke');
    },
    TEST_MS,
  );

  it(
    'reports that an invalid key is rejected',
    async () => {
      const environment = { ...gateway(), ANTHROPIC_AUTH_TOKEN: 'sk-wrong', CLAUDE_CODE_MAX_RETRIES: '0' };
      const { code, stdout } = await run([TASK], environment);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ is_error: true, api_error_status: 401 });
      expect(workshop.emulator.requests).toEqual([]);
    },
    TEST_MS,
  );

  it.each([
    ['the key as bearer token', { AWS_BEARER_TOKEN_BEDROCK: REPLICA_KEY }],
    [
      'the key in a header',
      { CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1', ANTHROPIC_CUSTOM_HEADERS: `x-outcrop-api-key: ${REPLICA_KEY}` },
    ],
  ])(
    'edits a file in Bedrock mode, with %s',
    async (_, environment) => {
      // With a token it also checks that its default models exist.
      workshop.emulator.script(script().map((answer) => ({ ...answer, match: 'claude-sonnet-4-6' })));
      const cliArguments = ['--model', 'us.anthropic.claude-sonnet-4-6', TASK];
      expectDone(await claude(cliArguments, { ...bedrock(), ...environment }), 'invoke-with-response-stream');
    },
    TEST_MS,
  );

  it(
    'looks up its default models in Bedrock mode, and uses one of them',
    async () => {
      workshop.emulator.script([{ text: 'Hello from Bedrock.', times: 10 }]);
      const result = await claude(['Hello'], { ...bedrock(), AWS_BEARER_TOKEN_BEDROCK: REPLICA_KEY });
      expect(result).toMatchObject({ is_error: false, result: 'Hello from Bedrock.' });
      expect(workshop.sent('invoke').map((body) => body['max_tokens'])).toContain(1);
      expect(workshop.sent('invoke-with-response-stream')[0]?.['thinking']).toMatchObject({ type: 'adaptive' });
    },
    TEST_MS,
  );
});
