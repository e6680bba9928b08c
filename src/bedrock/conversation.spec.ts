import type { ConverseRequest } from '../translation/converse/wire.ts';
import { conversationOf } from './conversation.ts';

const point = { cachePoint: { type: 'default' as const } };
const hello = { role: 'user' as const, content: [{ text: 'Hello' }] };
const system = [{ text: 'Be brief.' }, point];

const keyOf = (input: ConverseRequest, model = 'm') => conversationOf(model, input)?.key;

describe('the conversation of a request', () => {
  it('is none where nothing of it is cached', () => {
    expect(conversationOf('m', { messages: [hello], system: [{ text: 'Be brief.' }] })).toBeUndefined();
  });

  it('is the same in every turn, wherever the cache points stand', () => {
    const first = keyOf({ system, messages: [{ ...hello, content: [...hello.content, point] }] });
    const second = keyOf({
      system: system.slice(0, 1),
      messages: [
        hello,
        { role: 'assistant', content: [{ text: 'Hi' }] },
        { role: 'user', content: [{ text: 'Bye' }, point] },
      ],
    });
    expect(second).toBe(first);
  });

  it.each([
    ['model', keyOf({ system, messages: [hello] }, 'other')],
    ['instructions', keyOf({ system: [{ text: 'Be long.' }, point], messages: [hello] })],
    ['first message', keyOf({ system, messages: [{ role: 'user', content: [{ text: 'Bye' }] }] })],
  ])('is another one by another %s', (_, key) => {
    expect(key).toBeDefined();
    expect(key).not.toBe(keyOf({ system, messages: [hello] }));
  });

  it('lives as long as its longest cache point', () => {
    expect(conversationOf('m', { system, messages: [hello] })?.lifeMs).toBe(300_000);
    const hour = { cachePoint: { type: 'default' as const, ttl: '1h' as const } };
    expect(conversationOf('m', { system: [...system, hour], messages: [hello] })?.lifeMs).toBe(3_600_000);
  });
});
