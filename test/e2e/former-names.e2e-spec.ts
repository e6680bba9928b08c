import { startGateway } from '../support/gateway.ts';

const BODY = {
  model: 'claude-haiku-4-5',
  user: 'a\\b\u00e9!',
  metadata: { a: 'x\u00e9' },
  messages: [{ role: 'user', content: 'Hi.' }],
};

describe.each([
  ['emit: true', true],
  ['emit: false', false],
])('deprecatedNames: {%s}', (setting, emits) => {
  it('decides on former names in the header and in the metrics', async () => {
    const gateway = await startGateway(`deprecatedNames: {${setting}}\nmetrics: {requireKey: false}`);
    const response = await gateway.send('/v1/chat/completions', { body: BODY });
    expect(response.status).toBe(200);
    const adjusted = (response.headers.get('x-outcrop-adjusted') ?? '').split(', ');
    expect(adjusted).toContain('metadata=characters_replaced');
    expect(adjusted.includes('metadata=sanitized')).toBe(emits);
    const metrics = await (await gateway.send('/metrics', { method: 'GET' })).text();
    expect(metrics).toMatch(/^outcrop_upstream_answers_total\{.*\} 1$/m);
    expect(/^outcrop_served_total\{.*\} 1$/m.test(metrics)).toBe(emits);
    await gateway.close();
  });
});
