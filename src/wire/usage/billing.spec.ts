import { describe, expect, it } from '@jest/globals';
import type { ConverseAnswer, ConverseRequest } from '../converse.ts';
import { billingOfConverse, billingOfInvoke, guardrailUnitsIn, imagesToEmbed } from './billing.ts';

const request = (terms: object) => terms as ConverseRequest;
const answer = (terms: object) => terms as ConverseAnswer;
const usage = { contentPolicyUnits: 2, wordPolicyUnits: 0, topicPolicyUnits: 1.5, unknownUnits: 7 };

describe('what Bedrock bills of a call of Converse', () => {
  it.each([
    ['a plain call', {}, {}, undefined],
    ['the default tier', { serviceTier: { type: 'default' } }, { serviceTier: { type: 'default' } }, undefined],
    ['the tier that served', { serviceTier: { type: 'priority' } }, { serviceTier: { type: 'default' } }, undefined],
    ['the requested tier, if the answer has none', { serviceTier: { type: 'flex' } }, {}, { tier: 'flex' }],
    [
      'the latency that served',
      { performanceConfig: { latency: 'optimized' } },
      { performanceConfig: { latency: 'standard' } },
      undefined,
    ],
    ['the requested latency', { performanceConfig: { latency: 'optimized' } }, {}, { latency: 'optimized' }],
    ['an unknown tier', {}, { serviceTier: { type: 'turbo' } }, undefined],
  ])('is known for %s', (_name, sent, received, expected) => {
    expect(billingOfConverse(request(sent), answer(received))).toEqual(expected);
  });

  it('is that of the request for a stream without its last event', () => {
    expect(billingOfConverse(request({ serviceTier: { type: 'flex' } }), undefined)).toEqual({ tier: 'flex' });
  });

  it('is free in the Reserved tier only if the answer reports that tier', () => {
    const reserved = { serviceTier: { type: 'reserved' } };
    const facts = [undefined, {}, { serviceTier: { type: 'default' } }, reserved].map((received) =>
      billingOfConverse(request(reserved), received && answer(received)),
    );
    expect(facts).toEqual([undefined, undefined, undefined, { tier: 'reserved' }]);
  });

  it('contains the units of all assessments in a trace', () => {
    const metrics = { invocationMetrics: { usage } };
    const guardrail = {
      inputAssessment: { gr1: metrics },
      outputAssessments: { gr1: [metrics, metrics, {}], gr2: 'none' },
    };
    const facts = billingOfConverse(request({}), answer({ trace: { guardrail } }));
    expect(facts).toEqual({ guardrail: { contentPolicyUnits: 6 } });
    expect(billingOfConverse(request({}), answer({ trace: { guardrail: { modelOutput: [] } } }))).toBeUndefined();
  });
});

describe('what Bedrock bills of a call of InvokeModel', () => {
  it.each([
    [{}, {}, undefined],
    [{ 'x-amzn-bedrock-service-tier': 'reserved' }, {}, undefined],
    [{}, { 'x-amzn-bedrock-service-tier': 'reserved' }, { tier: 'reserved' }],
    [{ 'x-amzn-bedrock-service-tier': 'flex' }, {}, { tier: 'flex' }],
    [{ 'x-amzn-bedrock-service-tier': 'priority' }, { 'x-amzn-bedrock-service-tier': 'default' }, undefined],
    [{ 'x-amzn-bedrock-performanceconfig-latency': 'optimized' }, {}, { latency: 'optimized' }],
  ])('is read from the headers %j and %j', (sent, received, expected) => {
    expect(billingOfInvoke(sent, received)).toEqual(expected);
  });

  it.each([
    ['{"singleEmbeddingParams": {"image": {"format": "png"}}}', 1],
    ['{"singleEmbeddingParams": {"text": {"value": "image"}}}', 0],
    ['[]', 0],
    ['{', 0],
  ])('contains the images of %s', (json, images) => {
    expect(imagesToEmbed(json)).toBe(images);
  });
});

it('the units of ApplyGuardrail are whole numbers above 0 with a price', () => {
  expect(guardrailUnitsIn(usage)).toEqual({ contentPolicyUnits: 2 });
  expect([undefined, null, 7, [], {}].map(guardrailUnitsIn)).toEqual(Array(5).fill(undefined));
});
