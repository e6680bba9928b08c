import { startGateway } from '../../support/gateway.ts';
import { OtlpReceiver } from '../../support/otlp-receiver.ts';

const MODEL = 'claude-sonnet-4-6';
const REQUEST = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello there' }] };
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'aws.bedrock', 'gen_ai.request.model': MODEL };

describe('metrics over OTLP', () => {
  it("follow OpenTelemetry's conventions and equal the Prometheus values, also if tracing is off", async () => {
    const receiver = await OtlpReceiver.start();
    const gateway = await startGateway(`
telemetry: {endpoint: "${receiver.url}", traces: false}
retry: {maxRetries: 0}`);
    const plain = await gateway.client.chat.completions.create(REQUEST);
    gateway.emulator.behave({ kind: 'pace', ms: 5, times: 1 });
    for await (const _ of await gateway.client.chat.completions.create({ ...REQUEST, stream: true })) void _;
    await gateway.client.completions.create({ model: MODEL, prompt: 'Hello' });
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503, times: 1 });
    expect((await gateway.send('/v1/chat/completions', { body: REQUEST })).status).toBe(503);
    const prometheus = await (await gateway.send('/metrics')).text();
    await gateway.close();
    await receiver.close();

    expect(prometheus).toContain(`outcrop_stream_max_gap_seconds_count{model="${MODEL}"} 1`);
    expect(prometheus).toContain(`outcrop_time_per_output_token_seconds_count{model="${MODEL}"} 1`);
    expect(receiver.spans).toEqual([]);
    const points = (name: string) => receiver.points.get(`gen_ai.${name}`) ?? [];
    expect(points('client.operation.duration').map(({ attributes, count }) => [attributes, count])).toEqual([
      [CHAT, 2],
      [{ ...CHAT, 'gen_ai.operation.name': 'text_completion' }, 1],
      [{ ...CHAT, 'error.type': 'service_unavailable' }, 1],
    ]);
    expect(points('client.token.usage')).toContainEqual(
      expect.objectContaining({
        attributes: { ...CHAT, 'gen_ai.token.type': 'input' },
        count: 2,
        sum: 2 * plain.usage!.prompt_tokens,
      }),
    );
    expect(points('server.time_to_first_token')).toMatchObject([{ attributes: CHAT, count: 1 }]);
    expect(points('server.time_per_output_token')).toMatchObject([{ attributes: CHAT, count: 1 }]);
  });
});
