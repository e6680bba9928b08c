import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation } from '../../../test/support/model-cards.ts';
import { modelInRegion } from '../../models/rules/region-rules.ts';
import { chatRequest } from '../openai-chat/request/chat-request.ts';
import { completionsRequest } from '../openai-completions/completions-request.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY, type GuardrailPolicy, type TranslationPolicy } from '../policy.ts';
import type { ChatRequest } from '../openai-chat/chat-request.types.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const LONG = 'word '.repeat(8_000);

function translate(
  body: object,
  policy: Partial<TranslationPolicy> = {},
  on: Generation = 'nova-2-lite',
  changes: Partial<TranslationOptions> = {},
) {
  const options = contextOf(on, { policy: { ...DEFAULT_POLICY, ...policy }, ...changes });
  const { inputs, adjusted } = chatRequest({ model: 'any', messages: MESSAGES, ...body } as ChatRequest, options);
  return { input: inputs[0]!, adjusted };
}

function refusal(status: number, param: string) {
  return expect.objectContaining({ status, param });
}

describe('a guardrail', () => {
  const guardrail: GuardrailPolicy = { ...DEFAULT_POLICY.guardrail, id: 'gr-1', version: '2', trace: 'enabled' };

  it('of the settings is part of every request, and its stream mode of streams only', () => {
    const whole = { guardrailIdentifier: 'gr-1', guardrailVersion: '2', trace: 'enabled' };
    expect(translate({}, { guardrail }).input.guardrailConfig).toEqual(whole);
    const streamed = translate({ stream: true }, { guardrail }).input.guardrailConfig;
    expect(streamed).toEqual({ ...whole, streamProcessingMode: 'sync' });
    const options = contextOf('nova-2-lite', { policy: { ...DEFAULT_POLICY, guardrail } });
    const legacy = completionsRequest({ model: 'm', prompt: 'Hi' }, options);
    expect(legacy.inputs[0]!.guardrailConfig).toEqual(whole);
  });

  it.each(['guardrailConfig', 'guardrail_config'])('in %s is rejected unless the settings allow it', (field) => {
    const body = { [field]: { guardrailIdentifier: 'mine', guardrailVersion: '7', streamProcessingMode: 'async' } };
    expect(() => translate(body)).toThrow(refusal(400, field));
    expect(() => translate(body, { guardrail })).toThrow(refusal(400, field));
    const allowed = { guardrail: { ...guardrail, allowRequestGuardrail: true } };
    expect(translate({ ...body, stream: true }, allowed).input.guardrailConfig).toEqual({
      guardrailIdentifier: 'mine',
      guardrailVersion: '7',
      trace: 'enabled',
      streamProcessingMode: 'async',
    });
  });

  it.each([
    ['guardrailConfig.guardrailIdentifier', { guardrailVersion: '1' }],
    ['guardrailConfig.guardrailIdentifier', { guardrailIdentifier: 5 }],
    ['guardrailConfig.guardrailIdentifier', { guardrailIdentifier: '' }],
    ['guardrailConfig.guardrailVersion', { guardrailIdentifier: 'a', guardrailVersion: '' }],
    ['guardrailConfig', 'mine'],
    ['guardrailConfig.guardrailVersion', { guardrailIdentifier: 'a', guardrailVersion: 'latest' }],
    ['guardrailConfig.guardrailVersion', { guardrailIdentifier: 'a', guardrailVersion: 1 }],
    ['guardrailConfig.trace', { guardrailIdentifier: 'a', trace: 'loud' }],
  ])('is rejected at %s if Bedrock would reject it', (param, guardrailConfig) => {
    const policy = { guardrail: { ...DEFAULT_POLICY.guardrail, allowRequestGuardrail: true } };
    expect(() => translate({ guardrailConfig }, policy)).toThrow(refusal(400, param));
  });

  describe('for the last turn only', () => {
    const scoped = { guardrail: { ...guardrail, scope: 'last-user-message' as const } };
    const history = [
      { role: 'user', content: 'bad' },
      { role: 'assistant', content: 'Blocked.' },
    ];

    it('marks the last user message and nothing before it', () => {
      const { input } = translate({ messages: [...history, { role: 'user', content: 'good' }] }, scoped);
      expect(input.messages!.map(({ content }) => content)).toEqual([
        [{ text: 'bad' }],
        [{ text: 'Blocked.' }],
        [{ guardContent: { text: { text: 'good' } } }],
      ]);
    });

    it('marks the user’s message and not the gateway’s continuation turn', () => {
      const messages = [...history, { role: 'user', content: 'good' }, { role: 'assistant', content: 'So' }];
      const { input } = translate({ messages }, scoped, 'claude-opus-4-6');
      expect(input.messages!.slice(-3).map(({ content }) => content)).toEqual([
        [{ guardContent: { text: { text: 'good' } } }],
        [{ text: 'So' }],
        [{ text: 'Continue.' }],
      ]);
    });

    it('keeps the positions of cache points', () => {
      const part = { type: 'text', text: 'good', cache_control: { type: 'ephemeral' } };
      const { input } = translate({ messages: [{ role: 'user', content: [part] }] }, scoped);
      expect(input.messages![0]!.content).toEqual([
        { guardContent: { text: { text: 'good' } } },
        { cachePoint: { type: 'default' } },
      ]);
    });
  });
});

describe('service_tier', () => {
  it.each([
    ['flex', { type: 'flex' }],
    ['priority', { type: 'priority' }],
    ['fast', { type: 'priority' }],
    ['auto', undefined],
    ['default', undefined],
  ])('%s becomes %j', (service_tier, serviceTier) => {
    const { input, adjusted } = translate({ service_tier });
    expect([input.serviceTier, adjusted]).toEqual([serviceTier, []]);
  });

  it('is dropped and reported if the model has no such tier', () => {
    const { input, adjusted } = translate({ service_tier: 'scale' });
    expect([input.serviceTier, adjusted]).toEqual([undefined, ['service_tier=dropped']]);
  });

  it.each(['turbo', 5, 'toString'])('%j is rejected', (service_tier) => {
    expect(() => translate({ service_tier })).toThrow(refusal(400, 'service_tier'));
  });
});

describe('request metadata', () => {
  it('contains the key, the user and the metadata, with unsupported characters replaced', () => {
    const metadata = { team: 'blau/grün', api_key: 'mine', 'cost center': 'a:b@c' };
    const { input, adjusted } = translate(
      { metadata, user: 'ada', safety_identifier: 's(1)' },
      { requestMetadata: { includeKeyName: true } },
      'nova-2-lite',
      { caller: { name: 'team-a' } },
    );
    expect(input.requestMetadata).toEqual({
      api_key: 'team-a',
      user: 'ada',
      safety_identifier: 's_1_',
      team: 'blau/gr_n',
      'cost center': 'a:b@c',
    });
    expect(adjusted).toEqual(['safety_identifier=characters_replaced', 'metadata=extra_pairs_dropped']);
  });

  it('contains the key’s name only if the settings require it', () => {
    expect(translate({}, {}, 'nova-2-lite', { caller: { name: 'team-a' } }).input).not.toHaveProperty(
      'requestMetadata',
    );
  });

  it('is limited to 16 pairs of 256 characters', () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'x'.repeat(300)]));
    const { input, adjusted } = translate({ metadata, user: 'ada' });
    expect(Object.keys(input.requestMetadata!)).toHaveLength(16);
    expect(input.requestMetadata!['k0']).toHaveLength(256);
    expect(adjusted).toEqual(['metadata=extra_pairs_dropped']);
  });

  it.each([
    ['metadata.a', { metadata: { a: 1 } }],
    ['metadata', { metadata: ['a'] }],
    ['safety_identifier', { safety_identifier: 5 }],
  ])('rejects values that are no strings at %s', (param, body) => {
    expect(() => translate(body)).toThrow(refusal(400, param));
  });
});

describe('model fields that the gateway does not know', () => {
  const passthrough = { modelFields: ['made_up', 'top_k'], betaFlags: ['good-beta'] };
  const body = {
    top_k: 5,
    additionalModelRequestFields: { made_up: { a: 1 }, top_k: 9, other: 1, anthropic_beta: 'good-beta, bad-beta' },
    anthropic_beta: ['good-beta'],
  };

  it('are those of the settings, and never replace fields of the gateway', () => {
    const { input, adjusted } = translate(body, { passthrough }, 'claude-3-7-sonnet');
    expect(input.additionalModelRequestFields).toEqual({ made_up: { a: 1 }, top_k: 5, anthropic_beta: ['good-beta'] });
    expect(adjusted).toEqual(['additionalModelRequestFields=dropped', 'anthropic_beta=dropped']);
  });

  it('are none by default, and beta flags are sent to Claude only', () => {
    expect(translate(body, {}, 'claude-3-7-sonnet').input.additionalModelRequestFields).toEqual({ top_k: 5 });
    const { input } = translate({ anthropic_beta: ['good-beta'] }, { passthrough });
    expect(input).not.toHaveProperty('additionalModelRequestFields');
  });

  it.each([
    ['anthropic_beta', { anthropic_beta: [1] }],
    ['additionalModelRequestFields', { additionalModelRequestFields: [1] }],
  ])('are rejected at %s if they are malformed', (param, strange) => {
    expect(() => translate(strange)).toThrow(refusal(400, param));
  });
});

describe('the prompt cache', () => {
  const messages = [{ role: 'user', content: LONG }];
  const points = (input: object) => JSON.stringify(input).match(/"cachePoint":\{[^}]*\}/g) ?? [];

  it('is enabled by OpenAI’s fields', () => {
    const on = 'claude-opus-4-6';
    expect(points(translate({ messages }, {}, on).input)).toHaveLength(0);
    expect(points(translate({ messages, prompt_cache_key: 'k' }, {}, on).input)).toEqual([
      '"cachePoint":{"type":"default"}',
    ]);
    const hour = ['"cachePoint":{"type":"default","ttl":"1h"}'];
    expect(points(translate({ messages, prompt_cache_retention: '24h' }, {}, on).input)).toEqual(hour);
    expect(points(translate({ messages, prompt_cache_options: { ttl: '30m' } }, {}, on).input)).toEqual(hour);
    expect(points(translate({ messages, prompt_cache_options: { mode: 'explicit' } }, {}, on).input)).toEqual([]);
  });

  it('is always or never used if the settings require it', () => {
    const always = { promptCache: { autoCachePoints: 'always', ttl: '5m' } } as const;
    expect(points(translate({ messages }, always).input)).toHaveLength(1);
    const neverCached = translate(
      { messages, prompt_cache_key: 'k' },
      { promptCache: { autoCachePoints: 'never', ttl: '5m' } },
    );
    expect([points(neverCached.input), neverCached.adjusted]).toEqual([[], ['prompt_cache_key=ignored']]);
  });

  it.each([
    ['messages[0].content[0].cache_control.type', { cache_control: { type: 'permanent' } }],
    ['messages[0].content[0].cache_control', { cache_control: true }],
    ['messages[0].content[0].cache_control.ttl', { cache_control: { type: 'ephemeral', ttl: '2h' } }],
    ['messages[0].content[0].prompt_cache_breakpoint.mode', { prompt_cache_breakpoint: {} }],
    [
      'messages[0].content[0].prompt_cache_breakpoint.ttl',
      { prompt_cache_breakpoint: { mode: 'explicit', ttl: '1d' } },
    ],
  ])('rejects an invalid cache point at %s', (param, mark) => {
    const part = { type: 'text', text: 'Hi', ...mark };
    expect(() => translate({ messages: [{ role: 'user', content: [part] }] })).toThrow(refusal(400, param));
  });

  it.each([
    ['prompt_cache_options.mode', { prompt_cache_options: { mode: 'loud' } }],
    ['prompt_cache_options.ttl', { prompt_cache_options: { ttl: '1d' } }],
    ['prompt_cache_retention', { prompt_cache_retention: 'forever' }],
  ])('rejects an invalid option at %s', (param, body) => {
    expect(() => translate(body)).toThrow(refusal(400, param));
  });

  it('has no point after a blank text, and trims a prefill before a point', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const content = [
      { type: 'text', text: 'Hi' },
      { type: 'text', text: ' ', ...mark },
    ];
    const prefill = { role: 'assistant', content: [{ type: 'text', text: 'So ', ...mark }] };
    const { input } = translate({ messages: [{ role: 'user', content }, prefill] }, {}, 'claude-3-7-sonnet');
    expect(input.messages!.map(({ content }) => content)).toEqual([
      [{ text: 'Hi' }],
      [{ text: 'So' }, { cachePoint: { type: 'default' } }],
    ]);
  });
});

describe('in GovCloud', () => {
  it('the display of thinking is not requested, and a client’s request for it is reported', () => {
    const model = modelInRegion('us-gov-west-1', contextOf('claude-opus-4-8').model);
    const plain = translate({ reasoning_effort: 'high' }, {}, 'claude-opus-4-8', { model });
    expect(plain.input.additionalModelRequestFields).toHaveProperty('thinking', { type: 'adaptive' });
    const asked = translate({ thinking: { type: 'adaptive', display: 'summarized' } }, {}, 'claude-opus-4-8', {
      model,
    });
    expect(asked.input.additionalModelRequestFields).toHaveProperty('thinking', { type: 'adaptive' });
    expect(asked.adjusted).toEqual(['thinking.display=dropped']);
    expect(modelInRegion('us-east-1', model)).toBe(model);
  });
});
