import { describe, expect, it } from '@jest/globals';
import { parseModelList, parseProfilePage } from './control-plane-listings.ts';

const OPUS = {
  modelId: 'anthropic.claude-opus-5',
  modelName: 'Claude Opus 5',
  inputModalities: ['TEXT', 'IMAGE'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  inferenceTypesSupported: ['INFERENCE_PROFILE'],
  modelLifecycle: { status: 'ACTIVE' },
};
const only = (changes: object) => parseModelList({ modelSummaries: [{ ...OPUS, ...changes }] })[0]!;

describe('parseModelList', () => {
  it('reads models and their lifecycle', () => {
    expect(parseModelList({ modelSummaries: [OPUS] })).toEqual([
      {
        id: 'anthropic.claude-opus-5',
        displayName: 'Claude Opus 5',
        onDemand: false,
        chats: true,
        images: true,
        status: 'active',
        lifecycle: { launched: undefined, legacy: undefined, endOfLife: undefined },
      },
    ]);
  });

  it("converts dates in both of AWS's formats", () => {
    const modelLifecycle = {
      status: 'LEGACY',
      startOfLifeTime: 1_780_000_000,
      legacyTime: '2026-10-08T00:00:00Z',
      endOfLifeTime: 'soon',
    };
    expect(only({ modelLifecycle })).toMatchObject({
      status: 'legacy',
      lifecycle: { launched: '2026-05-28', legacy: '2026-10-08', endOfLife: undefined },
    });
  });

  it.each([
    ['embeds', { outputModalities: ['EMBEDDING'] }],
    ['paints', { outputModalities: ['IMAGE'] }],
    ['speaks', { inputModalities: ['SPEECH', 'TEXT'], outputModalities: ['TEXT', 'SPEECH'] }],
    ['ranks', { responseStreamingSupported: false }],
    ['does not list its modalities', { inputModalities: undefined, outputModalities: undefined }],
  ])('treats a model that %s as one that cannot chat', (_, changes) => {
    expect(only(changes).chats).toBe(false);
  });

  it('skips entries that are not models', () => {
    expect(parseModelList({ modelSummaries: [null, {}, 'x', { modelId: 5 }] })).toEqual([]);
  });

  it.each([undefined, null, [], 'text', {}, { modelSummaries: {} }])(
    'rejects an answer that is not a listing: %j',
    (answer) => {
      expect(() => parseModelList(answer)).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
    },
  );
});

describe('parseProfilePage', () => {
  const profile = {
    inferenceProfileId: 'eu.anthropic.claude-opus-5',
    inferenceProfileArn: 'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-5',
    status: 'ACTIVE',
    models: [{ modelArn: 'a' }, { modelArn: 'b' }, {}, null],
  };

  it('reads one page', () => {
    const answer = { inferenceProfileSummaries: [profile, { ...profile, status: 'CREATING' }, {}], nextToken: 'n' };
    expect(parseProfilePage(answer, 'system')).toEqual({
      found: [
        {
          kind: 'system',
          id: profile.inferenceProfileId,
          arn: profile.inferenceProfileArn,
          modelArns: ['a', 'b'],
        },
      ],
      nextToken: 'n',
    });
    expect(parseProfilePage({ inferenceProfileSummaries: [], nextToken: null }, 'application')).toEqual({ found: [] });
  });
});
