import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation } from '../../../test/support/model-cards.ts';
import { modelInRegion } from '../../models/rules/region-rules.ts';
import { chatRequest } from '../openai-chat/request/chat-request.ts';
import { completionsRequest } from '../openai-completions/completions-request.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY, type GuardrailPolicy, type TranslationPolicy } from '../policy.ts';
import type { ChatRequest } from '../openai-chat/chat-request.types.ts';

const ASKED = [{ role: 'user', content: 'Hi' }];
const LONG = 'word '.repeat(8_000);

function translate(
  body: object,
  policy: Partial<TranslationPolicy> = {},
  on: Generation = 'nova-2-lite',
  changes: Partial<TranslationOptions> = {},
) {
  const options = contextOf(on, { policy: { ...DEFAULT_POLICY, ...policy }, ...changes });
  const { inputs, adjusted } = chatRequest({ model: 'any', messages: ASKED, ...body } as ChatRequest, options);
  return { input: inputs[0]!, adjusted };
}

function refusal(status: number, param: string) {
  return expect.objectContaining({ status, param });
}

describe('a guardrail', () => {
  const guardrail: GuardrailPolicy = { ...DEFAULT_POLICY.guardrail, id: 'gr-1', version: '2', trace: 'enabled' };

  it('of the settings goes with every request, with its mode in streams only', () => {
    const whole = { guardrailIdentifier: 'gr-1', guardrailVersion: '2', trace: 'enabled' };
    expect(translate({}, { guardrail }).input.guardrailConfig).toEqual(whole);
    const streamed = translate({ stream: true }, { guardrail }).input.guardrailConfig;
    expect(streamed).toEqual({ ...whole, streamProcessingMode: 'sync' });
    const options = contextOf('nova-2-lite', { policy: { ...DEFAULT_POLICY, guardrail } });
    const legacy = completionsRequest({ model: 'm', prompt: 'Hi' }, options);
    expect(legacy.inputs[0]!.guardrailConfig).toEqual(whole);
  });

  it.each(['guardrailConfig', 'guardrail_config'])('in %s is refused unless the settings allow it', (field) => {
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
  ])('is refused at %s where Bedrock would refuse it', (param, guardrailConfig) => {
    const policy = { guardrail: { ...DEFAULT_POLICY.guardrail, allowRequestGuardrail: true } };
    expect(() => translate({ guardrailConfig }, policy)).toThrow(refusal(400, param));
  });

  describe('for the last turn only', () => {
    const scoped = { guardrail: { ...guardrail, scope: 'last-user-message' as const } };
    const history = [
      { role: 'user', content: 'bad' },
      { role: 'assistant', content: 'Blocked.' },
    ];

    it('marks what the user said last, and nothing before it', () => {
      const { input } = translate({ messages: [...history, { role: 'user', content: 'good' }] }, scoped);
      expect(input.messages!.map(({ content }) => content)).toEqual([
        [{ text: 'bad' }],
        [{ text: 'Blocked.' }],
        [{ guardContent: { text: { text: 'good' } } }],
      ]);
    });

    it('marks the user’s words and not ours where the answer is to be continued', () => {
      const messages = [...history, { role: 'user', content: 'good' }, { role: 'assistant', content: 'So' }];
      const { input } = translate({ messages }, scoped, 'claude-opus-4-6');
      expect(input.messages!.slice(-3).map(({ content }) => content)).toEqual([
        [{ guardContent: { text: { text: 'good' } } }],
        [{ text: 'So' }],
        [{ text: 'Continue.' }],
      ]);
    });

    it('leaves cache points where they are', () => {
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

  it('goes and is told where the model has none', () => {
    const { input, adjusted } = translate({ service_tier: 'scale' });
    expect([input.serviceTier, adjusted]).toEqual([undefined, ['service_tier=dropped']]);
  });

  it.each(['turbo', 5, 'toString'])('%j is refused', (service_tier) => {
    expect(() => translate({ service_tier })).toThrow(refusal(400, 'service_tier'));
  });
});

describe('request metadata', () => {
  it('has the key, the user and the metadata, in the letters of AWS', () => {
    const metadata = { team: 'blau/grün', api_key: 'mine', 'cost center': 'a:b@c' };
    const { input, adjusted } = translate(
      { metadata, user: 'ada', safety_identifier: 's(1)' },
      { requestMetadata: { includeKeyName: true } },
      'nova-2-lite',
      { caller: 'team-a' },
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

  it('does not tell the key unless the settings say so', () => {
    expect(translate({}, {}, 'nova-2-lite', { caller: 'team-a' }).input).not.toHaveProperty('requestMetadata');
  });

  it('ends at 16 pairs of 256 letters', () => {
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
  ])('refuses what is no text at %s', (param, body) => {
    expect(() => translate(body)).toThrow(refusal(400, param));
  });
});

describe('what goes past the gateway', () => {
  const passthrough = { modelFields: ['made_up', 'top_k'], betaFlags: ['good-beta'] };
  const body = {
    top_k: 5,
    additionalModelRequestFields: { made_up: { a: 1 }, top_k: 9, other: 1, anthropic_beta: 'good-beta, bad-beta' },
    anthropic_beta: ['good-beta'],
  };

  it('is what the settings list, and never what the gateway says itself', () => {
    const { input, adjusted } = translate(body, { passthrough }, 'claude-3-7-sonnet');
    expect(input.additionalModelRequestFields).toEqual({ made_up: { a: 1 }, top_k: 5, anthropic_beta: ['good-beta'] });
    expect(adjusted).toEqual(['additionalModelRequestFields=dropped', 'anthropic_beta=dropped']);
  });

  it('is nothing by default, and betas are Claude’s alone', () => {
    expect(translate(body, {}, 'claude-3-7-sonnet').input.additionalModelRequestFields).toEqual({ top_k: 5 });
    const { input } = translate({ anthropic_beta: ['good-beta'] }, { passthrough });
    expect(input).not.toHaveProperty('additionalModelRequestFields');
  });

  it.each([
    ['anthropic_beta', { anthropic_beta: [1] }],
    ['additionalModelRequestFields', { additionalModelRequestFields: [1] }],
  ])('is refused at %s where it has no form', (param, strange) => {
    expect(() => translate(strange)).toThrow(refusal(400, param));
  });
});

describe('the prompt cache', () => {
  const messages = [{ role: 'user', content: LONG }];
  const points = (input: object) => JSON.stringify(input).match(/"cachePoint":\{[^}]*\}/g) ?? [];

  it('is asked for by OpenAI’s fields', () => {
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

  it('is always or never used where the settings say so', () => {
    const always = { promptCache: { autoCachePoints: 'always', ttl: '5m' } } as const;
    expect(points(translate({ messages }, always).input)).toHaveLength(1);
    const never = translate(
      { messages, prompt_cache_key: 'k' },
      { promptCache: { autoCachePoints: 'never', ttl: '5m' } },
    );
    expect([points(never.input), never.adjusted]).toEqual([[], ['prompt_cache_key=ignored']]);
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
  ])('refuses what is no cache point at %s', (param, mark) => {
    const part = { type: 'text', text: 'Hi', ...mark };
    expect(() => translate({ messages: [{ role: 'user', content: [part] }] })).toThrow(refusal(400, param));
  });

  it.each([
    ['prompt_cache_options.mode', { prompt_cache_options: { mode: 'loud' } }],
    ['prompt_cache_options.ttl', { prompt_cache_options: { ttl: '1d' } }],
    ['prompt_cache_retention', { prompt_cache_retention: 'forever' }],
  ])('refuses what is no wish at %s', (param, body) => {
    expect(() => translate(body)).toThrow(refusal(400, param));
  });

  it('has no point behind a blank text, and trims a prefill before one', () => {
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
  it('the display of thoughts is not asked for, and told where the client did', () => {
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
