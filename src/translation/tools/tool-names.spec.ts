import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ToolCallIds } from '../history/tool-ids.ts';
import { ToolNameMap } from './tool-names.ts';

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
  fc.constantFrom('a.b', 'a/b', 'a_b', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(66)),
);

describe('names of tools', () => {
  it('go out as Bedrock takes them, each its own, and come back', () => {
    fc.assert(
      fc.property(fc.array(name), (given) => {
        const names = new ToolNameMap(given);
        const sent = [...new Set(given)].map((each) => names.toBedrock(each));
        expect(sent.every((each) => /^[a-zA-Z0-9_-]{1,64}$/.test(each))).toBe(true);
        expect(new Set(sent).size).toBe(sent.length);
        expect(given.map((each) => names.toClient(names.toBedrock(each)))).toEqual(given);
      }),
    );
  });

  it('stay as they are where Bedrock takes them', () => {
    expect(new ToolNameMap(['get-weather_2']).toBedrock('get-weather_2')).toBe('get-weather_2');
  });

  it('do not collide with a name that looks like the replacement', () => {
    const replacement = new ToolNameMap(['a.b']).toBedrock('a.b');
    const names = new ToolNameMap(['a.b', replacement]);
    expect(names.toBedrock('a.b')).not.toBe(replacement);
    expect(names.toClient(replacement)).toBe(replacement);
  });

  it('that the model made up are told as it made them', () => {
    expect(new ToolNameMap(['a.b']).toClient('made_up')).toBe('made_up');
  });
});

describe('ids of calls', () => {
  it.each([
    [undefined, /^[a-zA-Z0-9_.:-]{1,64}$/],
    ['nine-alphanumeric' as const, /^[a-zA-Z0-9]{9}$/],
  ])('are given out once each, in the form of the family (%s)', (form, pattern) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 100 }), fc.constantFrom('', 'call_1'))), (wanted) => {
        const ids = new ToolCallIds(form);
        const given = wanted.map((each) => ids.take(each));
        expect(given.every((each) => pattern.test(each))).toBe(true);
        expect(new Set(given).size).toBe(given.length);
        const again = new ToolCallIds(form);
        expect(wanted.map((each) => again.take(each))).toEqual(given);
      }),
    );
  });
});
