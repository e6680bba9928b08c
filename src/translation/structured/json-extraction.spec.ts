import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { extractJson } from './json-extraction.ts';
import { JsonTextStream } from './json-text-stream.ts';
import { anyObject } from './schema-checks.ts';

const ANSWER = '{"a": "} ] \\" {", "b": [1, {"c": null}]}';
const DRESSED = [
  ['bare', ANSWER],
  ['with space around it', `\n ${ANSWER}\n\n`],
  ['in a fence', `\`\`\`json\n${ANSWER}\n\`\`\``],
  ['in a fence between words', `Here you are:\n\n\`\`\`json\n${ANSWER}\n\`\`\`\nAnything else?`],
  ['between words', `The answer is ${ANSWER} as you wanted.`],
] as const;

describe.each(DRESSED)('JSON %s', (_how, text) => {
  it('is found in whole answers', () => {
    expect(extractJson(text, anyObject)).toEqual({ json: ANSWER });
  });

  it('passes alone, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const stream = new JsonTextStream(undefined);
        let passed = '';
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          passed += stream.push(text.slice(at, at + size));
          at += size;
        }
        expect(passed).toBe(ANSWER);
        expect(stream.json).toBe(ANSWER);
        expect(stream.release()).toBe('');
      }),
    );
  });
});

describe('text without JSON', () => {
  it.each([
    ['words', 'I cannot do that.', 'the answer is not JSON'],
    ['JSON that is cut off', '{"a": {"b": 1}', 'the answer is not JSON'],
    ['nothing', '', 'the answer is not JSON'],
    ['another kind of JSON', '[1, 2]', 'the answer is not a JSON object'],
  ])('%s', (_what, text, problem) => {
    expect(extractJson(text, anyObject)).toEqual({ problem });
  });

  it('is held back and released once', () => {
    const stream = new JsonTextStream(undefined);
    expect(stream.push('I cannot ') + stream.push('do that.')).toBe('');
    expect([stream.begun, stream.release(), stream.release()]).toEqual([false, 'I cannot do that.', '']);
  });
});

it('skips braces in prose where the answer is whole', () => {
  expect(extractJson('For {name} it is {"a":1}', anyObject)).toEqual({ json: '{"a":1}' });
});

it('looks for a list where the schema wants one, and for nothing where it wants a word', () => {
  expect(new JsonTextStream({ type: 'array' }).push('{x} [1')).toBe('[1');
  expect(new JsonTextStream({ type: 'string' }).push('"a {b}"')).toBe('');
});
