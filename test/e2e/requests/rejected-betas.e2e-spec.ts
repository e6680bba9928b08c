import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Beta flags that the settings or the table allow, and that Bedrock rejects without naming them. */

const FLAG = 'made-up-2026-01-01';
const CONTEXT = 'context-management-2025-06-27';
const MODEL = 'claude-sonnet-4-6';
const BODY = {
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
  context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
};
const REPORT = 'anthropic_beta=rejected_dropped';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway(`passthrough: { betaFlags: [${FLAG}] }\nmetrics: { requireKey: false }`);
});
afterEach(() => gateway.close());

const send = (more: object = {}, flags = FLAG, path = '/v1/messages') =>
  gateway.send(path, { body: { ...BODY, ...more }, headers: { 'anthropic-beta': flags } });
const bodies = () => gateway.emulator.requests.map(({ body }) => body as Record<string, unknown>);

describe('a rejected beta flag', () => {
  it.each([{}, { stream: true }])(
    'is removed with the fields that require one, once, and reported (%j)',
    async (more) => {
      const response = await send(more);
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('text')]);
      expect(response.headers.get('x-outcrop-adjusted')!.split(', ')).toEqual([REPORT, 'context_management=dropped']);
      expect(
        bodies().map(({ anthropic_beta: flags, context_management: field }) => [flags, field !== undefined]),
      ).toEqual([
        [[FLAG, CONTEXT], true],
        [undefined, false],
      ]);
      expect(await (await gateway.send('/metrics')).text()).toContain('outcrop_retries_total{code="beta_refused"} 1');
    },
  );

  it('is removed from token counts as well', async () => {
    const response = await send({ max_tokens: undefined }, FLAG, '/v1/messages/count_tokens');
    expect([response.status, await response.json()]).toEqual([200, { input_tokens: expect.any(Number) }]);
    expect(response.headers.get('x-outcrop-adjusted')).toContain(REPORT);
  });

  it('that only the token count rejects stays in messages', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', message: 'invalid beta flag', times: 1 });
    await (await send({ max_tokens: undefined }, CONTEXT, '/v1/messages/count_tokens')).text();
    const response = await send({}, CONTEXT);
    expect([response.status, response.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
    expect(bodies().at(-1)).toMatchObject({ anthropic_beta: [CONTEXT] });
  });

  it('is remembered with the other flags of the request, for the model and the key', async () => {
    await (await send()).text();
    await (await send()).text();
    expect(bodies()).toHaveLength(3);
    // The memory does not apply to other flags, another model or another key.
    await (await send({}, CONTEXT)).text();
    expect(bodies().at(-1)).toMatchObject({ anthropic_beta: [CONTEXT], context_management: {} });
    await (await send({ model: 'claude-opus-4-6' })).text();
    expect(bodies()).toHaveLength(6);
    const other = { 'anthropic-beta': FLAG, authorization: 'Bearer sk-open-key' };
    await (await gateway.send('/v1/messages', { body: BODY, headers: other })).text();
    expect(bodies()).toHaveLength(8);
  });

  it('is not remembered if the request fails without it as well', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', message: 'invalid beta flag', times: 2 });
    const response = await send({}, CONTEXT);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('invalid beta flag')]);
    const again = await send({}, CONTEXT);
    expect([again.status, again.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
  });

  it.each([
    'messages.0: invalid beta flag',
    'tools.0: "x" invalid beta flag',
    'Unexpected value(s) `a b` for the `anthropic-beta` header. Please consult our documentation at docs.anthropic.com or try again without the header.',
  ])('is not inferred from %s', async (message) => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', message, times: 1 });
    expect((await send({}, CONTEXT)).status).toBe(400);
    expect(bodies()).toHaveLength(1);
  });

  it.each([
    'The model returned the following errors: invalid beta flag',
    'Unexpected value(s) `made-up-2026-01-01` for the `anthropic-beta` header. Please consult our documentation at docs.anthropic.com or try again without the header.',
  ])('is inferred from %s', async (message) => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', message, times: 1 });
    expect((await send({}, CONTEXT)).headers.get('x-outcrop-adjusted')).toContain(REPORT);
  });

  it("is returned as Bedrock's error on Bedrock's own API", async () => {
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: [FLAG],
      max_tokens: 9,
      messages: BODY.messages,
    };
    const response = await gateway.send(`/model/${MODEL}/invoke`, { body });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('invalid beta flag')]);
  });
});
