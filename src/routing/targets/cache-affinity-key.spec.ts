import type { ConverseRequest } from '../../wire/converse.ts';
import { modelsWithAccount } from '../../models/account/account-models.ts';
import type { Model } from '../../models/types/model.ts';
import { converseCacheAffinity } from './cache-affinity-key.ts';

const point = { cachePoint: { type: 'default' as const } };
const hello = { role: 'user' as const, content: [{ text: 'Hello' }] };
const system = [{ text: 'Be brief.' }, point];

const card = (name: string): Model => modelsWithAccount(undefined).find((one) => one.name === name)!;
const SONNET = card('claude-sonnet-4-6');
const keyOf = (input: ConverseRequest, model = SONNET) => converseCacheAffinity(model, input)?.key;

describe('the cache affinity of a conversation', () => {
  it('is undefined if nothing is cached', () => {
    expect(converseCacheAffinity(SONNET, { messages: [hello], system: [{ text: 'Be brief.' }] })).toBeUndefined();
  });

  it('is equal for all turns, whatever the position of the cache points', () => {
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
    ['model', keyOf({ system, messages: [hello] }, card('nova-pro'))],
    ['instructions', keyOf({ system: [{ text: 'Be long.' }, point], messages: [hello] })],
    ['first message', keyOf({ system, messages: [{ role: 'user', content: [{ text: 'Bye' }] }] })],
  ])('differs for another %s', (_, key) => {
    expect(key).toBeDefined();
    expect(key).not.toBe(keyOf({ system, messages: [hello] }));
  });

  it('exists without cache points if thinking is bound to an account', () => {
    expect(converseCacheAffinity(card('claude-opus-5-5'), { messages: [hello] })?.lifeMs).toBe(3_600_000);
  });

  it('lasts as long as its longest cache point', () => {
    expect(converseCacheAffinity(SONNET, { system, messages: [hello] })?.lifeMs).toBe(300_000);
    const hour = { cachePoint: { type: 'default' as const, ttl: '1h' as const } };
    expect(converseCacheAffinity(SONNET, { system: [...system, hour], messages: [hello] })?.lifeMs).toBe(3_600_000);
  });
});
