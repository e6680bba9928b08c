import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../../support/recording-upstream.ts';

/** Digits of numbers between the client's body and the body for Bedrock. */

const NUMBERS = ['9007199254740993', '1.0', '-0', '1e400', '1E+5', '0.12345678901234567890', '12345678901234567890'];
const VALUES = `{${NUMBERS.map((number, index) => `"x${index}":${number}`).join(',')},"list":[${NUMBERS.join(',')}]}`;
const LIMITS = `"minimum":1.0,"maximum":1e400,"exclusiveMinimum":-0,"multipleOf":0.10`;
/** Returns a schema with numbers in each keyword whose values the client chooses. */
const SCHEMA = `{"type":"object","properties":{"a":{"type":"number",${LIMITS},"default":9007199254740993},"b":{"enum":[1.0,9007199254740993]},"c":{"const":12345678901234567890}},"required":["a","b","c"],"additionalProperties":false}`;
/** Returns the schema as Converse receives it, as text or as JSON. */
const PARTS = [LIMITS, '"default":9007199254740993', '"enum":[1.0,9007199254740993]', '"const":12345678901234567890'];
/** Claude's grammar has no limits, so they move to the description. */
const LOWERED = ['minimum: 1.0', 'maximum: 1e400', 'multipleOf: 0.10'];
const NAMES = ['claude-sonnet-4-5', 'claude-opus-5-5', 'nova-pro', 'llama3-3-70b-instruct'];

const arguments_ = JSON.stringify(VALUES);
const chat = (model: string, more: string) =>
  `{"model":"${model}","temperature":1.0,"messages":[{"role":"user","content":"Go on."},
    {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":${arguments_}}}]},
    {"role":"tool","tool_call_id":"call_1","content":${VALUES}}],
    "tools":[{"type":"function","function":{"name":"f","parameters":${SCHEMA}}}]${more}}`;
const responses = (model: string, more: string) =>
  `{"model":"${model}","temperature":1.0,"input":[{"role":"user","content":"Go on."},
    {"type":"function_call","call_id":"call_1","name":"f","arguments":${arguments_}},
    {"type":"function_call_output","call_id":"call_1","output":${VALUES}}],
    "tools":[{"type":"function","name":"f","strict":false,"parameters":${SCHEMA}}]${more}}`;
const messages = (model: string, more: string) =>
  `{"model":"${model}","max_tokens":100,"temperature":1.0,"messages":[{"role":"user","content":"Go on."},
    {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":${VALUES}}]},
    {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"done"}]}],
    "tools":[{"name":"f","input_schema":${SCHEMA}}]${more}}`;

let upstream: RecordingUpstream;
let gateway: TestGateway;
let guarded: TestGateway;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startGateway('', upstream.url);
  guarded = await startGateway('requestMetadata: { includeKeyName: true }', upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await guarded?.close();
  await upstream.close();
});

/** Returns the last body for Bedrock, with JSON strings parsed. */
async function sent(path: string, body: string, at = gateway): Promise<string> {
  upstream.bodies.length = 0;
  const response = await at.send(path, { body });
  await response.text();
  const [last] = upstream.bodies.slice(-1);
  return String(last).replaceAll(String.raw`\"`, '"');
}

describe.each(NAMES)('%s receives', (model) => {
  it.each([
    ['chat', '/v1/chat/completions', chat],
    ['responses', '/v1/responses', responses],
    ['messages', '/v1/messages', messages],
  ])('the exact digits of inputs, results and tools on %s', async (_name, path, body) => {
    for (const stream of ['', ',"stream":true']) {
      const text = await sent(path, body(model, stream));
      expect(text).toContain(`"input":${VALUES}`);
      if (path !== '/v1/messages') expect(text).toContain(VALUES.slice(1, -1));
      for (const part of PARTS) expect(text).toContain(part);
      expect(text).toMatch(/"temperature":1[,}]|^(?!.*temperature)/);
    }
  });

  it.each([
    [
      'response_format',
      '/v1/chat/completions',
      `{"model":"${model}","messages":[{"role":"user","content":"Go on."}],
        "response_format":{"type":"json_schema","json_schema":{"name":"r","schema":${SCHEMA}}}}`,
    ],
    [
      'text.format',
      '/v1/responses',
      `{"model":"${model}","input":"Go on.","text":{"format":{"type":"json_schema","name":"r","schema":${SCHEMA}}}}`,
    ],
    [
      'output_config.format',
      '/v1/messages',
      `{"model":"${model}","max_tokens":100,"messages":[{"role":"user","content":"Go on."}],
        "output_config":{"format":{"type":"json_schema","schema":${SCHEMA}}}}`,
    ],
  ])('the exact digits of %s', async (_field, path, body) => {
    const text = await sent(path, body);
    for (const [limit, part] of PARTS.entries()) {
      if (limit === 0 && !text.includes(LIMITS)) for (const lowered of LOWERED) expect(text).toContain(lowered);
      else expect(text).toContain(part);
    }
  });
});

it.each(['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream'])(
  "the digits survive %s on Bedrock's own API, also if the gateway adds metadata",
  async (operation) => {
    const body = `{"messages":[{"role":"user","content":[{"text":"Go on."}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":${SCHEMA}}}}]},"x":${VALUES}}`;
    for (const at of [gateway, guarded]) {
      const text = await sent(`/model/claude-sonnet-4-5/${operation}`, body, at);
      expect(text).toContain(VALUES);
      expect(text).toContain(SCHEMA);
    }
  },
);
