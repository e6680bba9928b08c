import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { selfSigned } from '../support/certificate.ts';
import { REPLICA_KEY } from '../support/replica.ts';
import { python } from './programs.ts';
import { TEST_MS, Workshop } from './workshop.ts';

const program = await python();
const HELLO = { thinking: 'A greeting.', text: 'Hello!' };
/** A tool call, and the answer after it. */
const LOOP = [
  { thinking: 'Look it up.', toolUse: { name: 'look_up', input: { city: 'Bergen' } } },
  { thinking: 'As always.', text: 'In Bergen.' },
];

(program ? describe : describe.skip)('Python', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await Workshop.open();
  }, TEST_MS);
  beforeEach(() => workshop.reset());
  afterAll(async () => {
    proxy.close();
    await workshop.close();
  });

  /** Terminates TLS in front of the gateway, because boto3 sends bearer tokens over HTTPS only. */
  const certificate = selfSigned('localhost');
  const proxy = createServer(certificate, (incoming) => {
    const outgoing = connect(Number(new URL(workshop.url).port), '127.0.0.1');
    pipeline(incoming, outgoing, incoming, () => undefined);
  });
  async function encrypted(): Promise<string> {
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(proxy.address() as AddressInfo).port}`;
  }
  function authority(): string {
    const file = join(workshop.home, 'authority.pem');
    writeFileSync(file, certificate.cert);
    return file;
  }

  async function printedBy(
    script: string,
    scriptArguments: readonly string[],
    environment: Record<string, string>,
  ): Promise<unknown> {
    const file = join(import.meta.dirname, script);
    const { code, stdout, stderr } = await workshop.run(program ?? '', [file, ...scriptArguments], environment);
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout);
  }

  it.each([
    ['the key as bearer token, over HTTPS', '', { AWS_BEARER_TOKEN_BEDROCK: REPLICA_KEY }],
    [
      'AWS credentials and the key in a header',
      REPLICA_KEY,
      { AWS_ACCESS_KEY_ID: 'somebody', AWS_SECRET_ACCESS_KEY: 'somebody' },
    ],
  ])(
    'boto3 converses, streams and invokes, with %s',
    async (_, header, environment) => {
      workshop.emulator.script([...LOOP, ...LOOP, HELLO, HELLO]);
      const looped = { stop: 'tool_use', end: 'end_turn', text: 'In Bergen.', tokens: expect.any(Number) };
      const answer = await printedBy('bedrock_client.py', ['claude-sonnet-4-6', header], {
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: header === '' ? await encrypted() : workshop.url,
        AWS_CA_BUNDLE: authority(),
        ...environment,
      });
      expect(answer).toEqual({
        plain: looped,
        streamed: looped,
        invoke: [
          { type: 'thinking', thinking: 'A greeting.', signature: expect.any(String) },
          { type: 'text', text: 'Hello!' },
        ],
        invoke_streamed: { thinking: 'A greeting.', text: 'Hello!', last: 'message_stop' },
        refused: 'ResourceNotFoundException',
      });
      expect(workshop.emulator.requests.map(({ operation }) => operation)).toEqual([
        'converse',
        'converse',
        'converse-stream',
        'converse-stream',
        'invoke',
        'invoke-with-response-stream',
      ]);
    },
    TEST_MS,
  );

  it(
    'openai completes a tool loop over /v1/responses, plain and streamed',
    async () => {
      workshop.emulator.script([...LOOP, ...LOOP]);
      const looped = {
        items: ['reasoning', 'function_call'],
        reasoning: 'Look it up.',
        status: 'completed',
        text: 'In Bergen.',
      };
      const environment = { OPENAI_BASE_URL: `${workshop.url}/v1`, OPENAI_API_KEY: REPLICA_KEY };
      const answer = await printedBy('responses_client.py', ['claude-sonnet-4-6'], environment);
      expect(answer).toEqual({ plain: looped, streamed: looped });
      for (const operation of ['converse', 'converse-stream']) {
        expect(workshop.sent(operation)[1]?.messages[1]?.content[0]).toEqual({
          reasoningContent: { reasoningText: { text: 'Look it up.', signature: expect.any(String) } },
        });
      }
    },
    TEST_MS,
  );
});
