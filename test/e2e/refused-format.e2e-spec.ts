import { startGateway, type TestGateway } from '../support/gateway.ts';

/** Formats of answers on /v1/messages that Bedrock refuses for Claude. */

const format = (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } });
const CLOSED = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const BODY = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

it.each([
  'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.',
  "output_config.format.schema: Invalid schema: For 'number' type, properties maximum, minimum are not supported",
  'output_config.format: Extra inputs are not permitted',
  'Too many recursive definitions in schema',
])('what to change is part of the error: %s', async (message) => {
  for (const stream of [false, true]) {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
    const response = await gateway.send('/v1/messages', { body: { ...BODY, ...format(CLOSED), stream } });
    const { type, error } = (await response.json()) as { type: string; error: { type: string; message: string } };
    expect([response.status, type, error.type]).toEqual([400, 'error', 'invalid_request_error']);
    expect(error.message).toContain(message);
    expect(error.message).toContain('Simplify the schema');
  }
});

it.each([
  ['a request without a format', BODY, 'The compiled grammar is too large.'],
  ['another refusal', { ...BODY, ...format(CLOSED) }, 'messages: at least one message is required'],
  ['too many strict tools', { ...BODY, ...format(CLOSED) }, 'Too many strict tools (21). The maximum is 20.'],
])('%s has the error of Bedrock', async (_, body, message) => {
  gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
  const response = await gateway.send('/v1/messages', { body });
  const { error } = (await response.json()) as { error: { message: string } };
  expect([response.status, error.message]).toEqual([400, expect.not.stringContaining('Simplify the schema')]);
});
