import { describe, expect, it } from '@jest/globals';

import { rulesOf, type Generation } from '../../../test/support/model-cards.ts';
import { Adjustments } from '../adjustments.ts';
import { prepareSampling, prepareStopSequences, type SamplingOptions } from './sampling.ts';

type Row = [generation: Generation, options: SamplingOptions, sent: SamplingOptions, adjusted: string[]];

const ROWS: Row[] = [
  ['claude-3-7-sonnet', {}, {}, []],
  ['claude-3-7-sonnet', { temperature: 0.4, topP: 0.9, topK: 5 }, { temperature: 0.4, topP: 0.9, topK: 5 }, []],
  ['claude-3-7-sonnet', { temperature: 0 }, { temperature: 0 }, []],
  ['claude-3-7-sonnet', { temperature: 1.7 }, { temperature: 1 }, ['temperature=1']],
  ['claude-sonnet-4-5', { temperature: 0.4, topP: 0.9 }, { temperature: 0.4 }, ['top_p=dropped']],
  ['claude-sonnet-4-5', { temperature: 1, topP: 1 }, { temperature: 1 }, []],
  ['claude-sonnet-4-5', { temperature: 0.4, topP: 1 }, { temperature: 0.4 }, []],
  ['claude-sonnet-4-5', { temperature: 1, topP: 0.9 }, { topP: 0.9 }, []],
  ['claude-sonnet-4-5', { topP: 0.9 }, { topP: 0.9 }, []],
  [
    'claude-opus-4-8',
    { temperature: 0.4, topP: 0.9, topK: 5 },
    {},
    ['temperature=dropped', 'top_p=dropped', 'top_k=dropped'],
  ],
  ['claude-opus-4-8', { temperature: 1, topP: 1 }, {}, []],
  ['gpt-oss-120b', { temperature: 0.4, topP: 0.9, topK: 5 }, { temperature: 0.4, topP: 0.9 }, ['top_k=dropped']],
];

describe('sampling', () => {
  it.each(ROWS)('on %s: %j becomes %j, reported as %j', (generation, options, sent, adjusted) => {
    const adjustments = new Adjustments();
    expect(prepareSampling(options, rulesOf(generation), 'free', adjustments)).toEqual(sent);
    expect(adjustments.list()).toEqual(adjusted);
  });
});

describe('stop sequences', () => {
  it.each([
    [undefined, [], []],
    [null, [], []],
    ['END', ['END'], []],
    [['a', 'b'], ['a', 'b'], []],
    [['a', '', ' \n'], ['a'], ['stop=emulated'], [' \n']],
    ['\n', [], ['stop=emulated'], ['\n']],
    ['', [], ['stop=blank_dropped']],
    [['\n', ' '.repeat(65)], [], ['stop=partly_emulated'], ['\n']],
  ])('%j becomes %j, reported as %j', (stop, native, adjusted, emulated: string[] = []) => {
    const adjustments = new Adjustments();
    expect(prepareStopSequences(stop, rulesOf('claude-3-7-sonnet'), adjustments)).toEqual({ native, emulated });
    expect(adjustments.list()).toEqual(adjusted);
  });

  it('can be blank if the model family accepts that', () => {
    const adjustments = new Adjustments();
    const rules = { ...rulesOf('gpt-oss-120b'), blankStopSequences: true as const };
    expect(prepareStopSequences(['\n', '', ' '], rules, adjustments)).toEqual({
      native: ['\n', ' '],
      emulated: [],
    });
    expect(adjustments.list()).toEqual(['stop=blank_dropped']);
  });

  it('are applied by the gateway if the model accepts none', () => {
    const adjustments = new Adjustments();
    expect(prepareStopSequences(['a'], rulesOf('deepseek-v3-2'), adjustments)).toEqual({
      native: [],
      emulated: ['a'],
    });
    expect(adjustments.list()).toEqual(['stop=emulated']);
  });
});
