import { OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** Names that clients invent do not use up the values of metric labels. */

const MESSAGES = [{ role: 'user', content: 'Hello' }];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(
    'models: { allowBedrockIds: all }\nresponses: { hostedTools: ignore }\nretry: { maxRetries: 0 }',
  );
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

async function chat(model: string, key?: string): Promise<number> {
  const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };
  return (await gateway.send('/v1/chat/completions', { body: { model, messages: MESSAGES }, headers })).status;
}

const metrics = async (): Promise<string> => (await gateway.send('/metrics')).text();

describe('metric label values', () => {
  it('are reserved for existing models, whatever names a key invents', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `anthropic.claude-made-up-${index}-v1:0`);
    for (const name of names) expect(await chat(name)).toBeGreaterThanOrEqual(400);
    expect(await chat('claude-haiku-4-5', OTHER_KEY)).toBe(200);
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, times: 1 });
    // A listed model has its own series also if it has never answered.
    expect(await chat('claude-sonnet-4-6')).toBe(503);
    const text = await metrics();
    expect(text).toContain('model="claude-haiku-4-5",status="200"');
    expect(text).toContain('model="claude-sonnet-4-6",status="503"');
    expect(text).not.toContain('made-up');
    expect(text).toMatch(/outcrop_requests_total\{route="\/v1\/chat\/completions",model="other",status="4\d\d"\}/);
  }, 60_000);

  it('are assigned to an unlisted model once it answers', async () => {
    expect(await chat('us.anthropic.claude-haiku-4-5-20251001-v1:0')).toBe(200);
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, times: 1 });
    const arn = 'arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/one';
    expect(await chat(arn)).toBe(503);
    expect(await metrics()).not.toContain('application-inference-profile');
  });

  it("contain OpenAI's hosted tool names, not those of a client", async () => {
    for (let index = 0; index < 60; index += 1) {
      const body = { model: 'claude-haiku-4-5', input: 'Hi', tools: [{ type: `web_search_${index}` }] };
      expect((await gateway.send('/v1/responses', { body })).status).toBe(200);
    }
    const text = await metrics();
    expect(text).toContain('outcrop_adjusted_fields_total{field="tools.web_search"} 60');
    expect(text).not.toContain('web_search_1');
  });
});
