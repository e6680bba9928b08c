import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** Stop sequences that the gateway applies itself: the end of the Bedrock call, and its usage. */

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

it("end each choice's Bedrock call separately, and record an estimate", async () => {
  const rest = 'word '.repeat(200);
  gateway.emulator.script([{ text: `one line\n${rest}` }, { text: `two ${rest}\nthree` }]);
  gateway.emulator.behave({ kind: 'pace', ms: 5, times: 2 });
  const stream = await gateway.client.chat.completions.create({
    model: 'claude-haiku-4-5',
    messages: [{ role: 'user', content: 'Two lines' }],
    stop: ['\n'],
    n: 2,
    stream: true,
    stream_options: { include_usage: true },
  });
  const texts = ['', ''];
  const reasons: (string | null)[] = [null, null];
  let usage = { prompt_tokens: 0, completion_tokens: 0 };
  for await (const chunk of stream) {
    for (const { index, delta, finish_reason: reason } of chunk.choices) {
      texts[index] += delta.content ?? '';
      reasons[index] = reason ?? reasons[index]!;
    }
    if (chunk.usage) usage = chunk.usage;
  }
  expect(texts.toSorted()).toEqual(['one line', `two ${rest}`]);
  expect(reasons).toEqual(['stop', 'stop']);
  expect(usage.prompt_tokens).toBeGreaterThan(0);
  expect(usage.completion_tokens).toBeGreaterThan(200);
  await until(() => gateway.emulator.requests.every(({ abortedAt }) => abortedAt !== undefined), 'both calls end');
  const metrics = await (await gateway.send('/metrics')).text();
  expect(metrics).toMatch(/outcrop_tokens_total\{model="claude-haiku-4-5",kind="output"\} [1-9]/);
});
