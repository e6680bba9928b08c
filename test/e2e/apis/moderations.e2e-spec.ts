import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

describe('moderations with a guardrail', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(
      'guardrail: { id: "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1", version: "2" }',
    );
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it('returns the categories of each text to OpenAI’s client', async () => {
    const input = ['Good day', 'So much [violence] and [hate]', 'A [blocked] word'];
    const { results, model } = await gateway.client.moderations.create({ input, model: 'omni-moderation-latest' });
    expect(model).toBe('omni-moderation-latest');
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true, true]);
    expect(results[1]!.categories).toMatchObject({ violence: true, hate: true, sexual: false, 'self-harm': false });
    expect(results[1]!.category_scores).toMatchObject({ violence: 0.9, sexual: 0 });
    expect(Object.values(results[2]!.categories)).not.toContain(true);
    expect((results[2] as Loose).guardrail_assessments[0].wordPolicy.customWords[0].match).toBe('[blocked]');
    expect(gateway.emulator.requests.map(({ operation }) => operation)).toEqual(Array(3).fill('apply-guardrail'));
  });

  it('evaluates the parts of one input together, and retries throttled calls', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 1 });
    const input = [
      { type: 'text' as const, text: 'One' },
      { type: 'text' as const, text: '[sexual]' },
    ];
    const { results } = await gateway.client.moderations.create({ input });
    expect(results.map(({ categories }) => categories.sexual)).toEqual([true]);
    expect(gateway.emulator.requests).toHaveLength(2);
  });

  it.each([
    [{ input: '' }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [1] }, 'input[0]'],
    [{ input: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }, 'input[0]'],
    [{}, 'input'],
  ])('rejects %j', async (body, param) => {
    const answer = await gateway.send('/v1/moderations', { body });
    expect([answer.status, ((await answer.json()) as Loose).error.param]).toEqual([400, param]);
  });
});

it('rejects moderations if no guardrail is configured', async () => {
  const gateway = await startGateway();
  const answer = await gateway.send('/v1/moderations', { body: { input: 'Hello' } });
  expect([answer.status, ((await answer.json()) as Loose).error.code]).toEqual([501, 'moderations_not_configured']);
  await gateway.close();
});
