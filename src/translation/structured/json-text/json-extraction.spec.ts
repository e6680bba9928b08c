import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { extractJson } from './json-extraction.ts';
import { JsonTextFilter } from './json-text-stream.ts';
import type { SchemaCheck } from '../../json-schema/expected-output.ts';

const anyObject: SchemaCheck = (_json, value) =>
  typeof value === 'object' && !Array.isArray(value) ? 'conforms' : { problem: 'the answer is not a JSON object' };
const ANSWER = '{"a": "} ] \\" {", "b": [1, {"c": null}]}';
const WRAPPED = [
  ['alone', ANSWER],
  ['with white space around it', `\n ${ANSWER}\n\n`],
  ['in a code fence', `\`\`\`json\n${ANSWER}\n\`\`\``],
  ['in a code fence within prose', `Here you are:\n\n\`\`\`json\n${ANSWER}\n\`\`\`\nAnything else?`],
  ['within prose', `The answer is ${ANSWER} as you wanted.`],
] as const;

describe.each(WRAPPED)('JSON %s', (_case, text) => {
  it('is found in a whole answer', async () => {
    expect(await extractJson(text, anyObject)).toEqual({ json: ANSWER });
  });

  it('passes without the text around it, whatever the pieces of the stream', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const stream = new JsonTextFilter(undefined);
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
    ['prose', 'I cannot do that.', 'the answer is not JSON'],
    ['truncated JSON', '{"a": {"b": 1}', 'the answer is not JSON'],
    ['empty text', '', 'the answer is not JSON'],
    ['JSON of another type', '[1, 2]', 'the answer is not a JSON object'],
  ])('has a problem: %s', async (_case, text, problem) => {
    expect(await extractJson(text, anyObject)).toEqual({ problem });
  });

  it('is held back and released once', () => {
    const stream = new JsonTextFilter(undefined);
    expect(stream.push('I cannot ') + stream.push('do that.')).toBe('');
    expect([stream.begun, stream.release(), stream.release()]).toEqual([false, 'I cannot do that.', '']);
  });
});

it('skips braces in the prose of a whole answer', async () => {
  expect(await extractJson('For {name} it is {"a":1}', anyObject)).toEqual({ json: '{"a":1}' });
});

it('searches streamed text for a list if the schema requires one, and for nothing if it requires a string', () => {
  expect(new JsonTextFilter({ type: 'array' }).push('{x} [1')).toBe('[1');
  expect(new JsonTextFilter({ type: 'string' }).push('"a {b}"')).toBe('');
});

describe('many candidates', () => {
  const refused: SchemaCheck = () => ({ problem: 'no' });
  const counting =
    (checked: string[]): SchemaCheck =>
    (json) => {
      checked.push(json);
      return { problem: 'no' };
    };

  it('are checked a bounded number of times, and each text once', async () => {
    const fences = Array.from({ length: 1_000 }, (_, index) => `\`\`\`json\n{"a":${index}}\n\`\`\``).join('\n');
    const checked: string[] = [];
    await extractJson(fences, counting(checked));
    expect(new Set(checked).size).toBe(checked.length);
    expect(checked.length).toBeLessThanOrEqual(41);
  });

  it.each([
    ['fences with other languages', '```python\nx = 1\n```\n```json\n{"a":1}\n```', '{"a":1}'],
    ['fences in capitals', '```JSON  \n{"a":1}\n```', '{"a":1}'],
    ['fences with empty lines', '```\n\n\n{"a":1}\n\n```', '{"a":1}'],
    ['fences that are not closed', 'Here: ```json\n{"a":1}', '{"a":1}'],
  ])('are found after %s', async (_case, text, json) => {
    expect(await extractJson(text, anyObject)).toEqual({ json });
  });

  // A single pattern for fences takes seconds to hours for each of these texts.
  it.each([
    ['an opening fence before blank lines', '```' + '\n'.repeat(600_000) + 'x'],
    ['fences without a line break', '```'.repeat(200_000) + '\nx'],
    ['fences before spaces', '``` '.repeat(200_000)],
    ['fences without an end', '```json\n '.repeat(100_000)],
    ['brackets', '{'.repeat(500_000)],
  ])('take linear time: %s', async (_case, text) => {
    expect(await extractJson(text, refused)).toEqual({ problem: 'the answer is not JSON' });
  });

  it('end with the first one that cannot be checked', async () => {
    const text = '{"a":1} and {"b":2}';
    expect(await extractJson(text, () => ({ unchecked: 'spent' }))).toEqual({ json: '{"a":1}', unchecked: 'spent' });
  });
});
