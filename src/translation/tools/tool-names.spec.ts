import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ToolCallIds } from '../history/tool-ids.ts';
import { ToolNameMap } from './tool-names.ts';

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
  fc.constantFrom('a.b', 'a/b', 'a_b', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(66)),
);

describe('tool names', () => {
  it('are sent as unique names that Bedrock accepts, and restored', () => {
    fc.assert(
      fc.property(fc.array(name), (clientNames) => {
        const names = new ToolNameMap(clientNames);
        const sent = [...new Set(clientNames)].map((each) => names.toBedrock(each));
        expect(sent.every((each) => /^[a-zA-Z0-9_-]{1,64}$/.test(each))).toBe(true);
        expect(new Set(sent).size).toBe(sent.length);
        expect(clientNames.map((each) => names.toClient(names.toBedrock(each)))).toEqual(clientNames);
      }),
    );
  });

  it('stay unchanged if Bedrock accepts them', () => {
    expect(new ToolNameMap(['get-weather_2']).toBedrock('get-weather_2')).toBe('get-weather_2');
  });

  it('do not collide with a name that equals the replacement', () => {
    const replacement = new ToolNameMap(['a.b']).toBedrock('a.b');
    const names = new ToolNameMap(['a.b', replacement]);
    expect(names.toBedrock('a.b')).not.toBe(replacement);
    expect(names.toClient(replacement)).toBe(replacement);
  });

  it('that the model invented are returned unchanged', () => {
    expect(new ToolNameMap(['a.b']).toClient('made_up')).toBe('made_up');
  });
});

describe('tool call ids', () => {
  it.each([
    [undefined, /^[a-zA-Z0-9_.:-]{1,64}$/],
    ['nine-alphanumeric' as const, /^[a-zA-Z0-9]{9}$/],
  ])('are unique and in the form of the family (%s)', (form, pattern) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 100 }), fc.constantFrom('', 'call_1'))), (originals) => {
        const ids = new ToolCallIds(form);
        const assigned = originals.map((each) => ids.take(each));
        expect(assigned.every((each) => pattern.test(each))).toBe(true);
        expect(new Set(assigned).size).toBe(assigned.length);
        const again = new ToolCallIds(form);
        expect(originals.map((each) => again.take(each))).toEqual(assigned);
      }),
    );
  });
});
