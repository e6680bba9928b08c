import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseAnswerExactly } from './exact-answers.ts';
import { parseExactly } from './exact-json.ts';

const LONG = '12345678901234567890';

describe('numbers of an answer', () => {
  it.each([
    ['a tool input', `{"output":{"message":{"content":[{"toolUse":{"input":{"id":${LONG},"x":[1.0]}}}]}}}`],
    ['additional fields', `{"additionalModelResponseFields":{"score":0.50},"usage":{"inputTokens":3}}`],
    ['an input of a message', `{"content":[{"type":"tool_use","input":{"a":{"b":-0}}}],"usage":{"input_tokens":1}}`],
    ['an unknown field', `{"content":[],"price":${LONG}}`],
    ['a list', `[{"a":1.0}]`],
    ['a number', LONG],
  ])('keep their digits in %s', (_, json) => {
    expect(JSON.stringify(parseAnswerExactly(json))).toBe(json);
  });

  it('are doubles in usage and metrics, if there are no others', () => {
    const json = '{"output":{"text":"1.0"},"usage":{"inputTokens":98.0},"metrics":{"latencyMs":1e2}}';
    expect(parseAnswerExactly(json)).toEqual({
      output: { text: '1.0' },
      usage: { inputTokens: 98 },
      metrics: { latencyMs: 100 },
    });
  });

  it('are the same as those of parseExactly in any other JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('1.0', '7', LONG, '"1.0"'), (value, number) => {
        const json = `{"a":${JSON.stringify(value)},"b":[{"c":${number}}]}`;
        expect(JSON.stringify(parseAnswerExactly(json))).toBe(JSON.stringify(parseExactly(json)));
      }),
    );
  });

  it.each(['null', 'true', '"1.0"', '[]'])('are absent from %s', (json) => {
    expect(parseAnswerExactly(json)).toEqual(JSON.parse(json));
  });

  it('do not make invalid JSON valid', () => {
    expect(() => parseAnswerExactly('{"a":[1.0}')).toThrow(SyntaxError);
  });

  it('are found at any depth', () => {
    const json = `{"a":${'['.repeat(100_000)}1.0${']'.repeat(100_000)},"b":{"c":2.0}}`;
    expect(JSON.stringify((parseAnswerExactly(json) as { b: object }).b)).toBe('{"c":2.0}');
  });
});
