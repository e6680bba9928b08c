import { describe, expect, it } from '@jest/globals';
import { estimateEvent, estimatePrompt } from './token-estimate.ts';
import type { ContentBlockDelta, ConverseRequest } from './converse.ts';

const delta = (delta: ContentBlockDelta) => estimateEvent({ contentBlockDelta: { contentBlockIndex: 0, delta } });

describe('the estimated tokens', () => {
  it.each([
    ['text', { text: 'abcdefgh' }, 2],
    ['text in another script, by its bytes', { text: '日本語' }, 2.25],
    ['thinking', { reasoningContent: { text: 'abcd' } }, 1],
    ['redacted thinking, by its bytes', { reasoningContent: { redactedContent: 'A'.repeat(16) } }, 3],
    ['tool input', { toolUse: { input: '{"a":1}_' } }, 2],
    ['a signature, which is no output', { reasoningContent: { signature: 'x'.repeat(400) } }, 0],
  ])('of an event: %s', (_, event, tokens) => {
    expect(delta(event as ContentBlockDelta)).toBe(tokens);
  });

  it('of other events are zero, except for the name of a tool call', () => {
    expect(estimateEvent({ messageStart: { role: 'assistant' } })).toBe(0);
    expect(estimateEvent({ messageStop: { stopReason: 'end_turn' } })).toBe(0);
    const start = { toolUse: { toolUseId: 'tooluse_1', name: 'read' } };
    expect(estimateEvent({ contentBlockStart: { contentBlockIndex: 0, start } })).toBe(1);
  });

  it('of a prompt include instructions, tools, texts and images, but no cache points', () => {
    const image = { image: { format: 'png' as const, source: { bytes: 'A'.repeat(4_000_000) } } };
    const point = { cachePoint: { type: 'default' as const } };
    const request: ConverseRequest = {
      system: [{ text: 'x'.repeat(40) }, point],
      messages: [
        { role: 'user', content: [{ text: 'x'.repeat(400) }, point, image] },
        { role: 'assistant', content: [{ text: 'x'.repeat(80) }] },
      ],
    };
    expect(estimatePrompt(request)).toBe(10 + 100 + 1_000 + 20);
    const tools = [{ toolSpec: { name: 'read', inputSchema: { json: { type: 'object' } } } }];
    expect(estimatePrompt({ ...request, toolConfig: { tools } })).toBeGreaterThan(1_130 + 10);
    expect(estimatePrompt({})).toBe(0);
  });
});
