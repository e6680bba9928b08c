import { describe, expect, it } from '@jest/globals';

import { parseBodyJson } from './long-numbers.ts';

const LONG = '12345678901234567890';

describe('numbers of a body', () => {
  it.each([
    ['tool inputs', `{"messages":[{"content":[{"type":"tool_use","input":{"id":${LONG},"x":[1.0]}}]}]}`],
    ['inputs that look like tools', `{"messages":[{"content":[{"input":{"tools":[{"schema":{"minLength":1.0}}]}}]}]}`],
    ['results that are objects', `{"messages":[{"role":"tool","content":{"id":${LONG},"at":[1e5,-0]}}]}`],
    ['items of the Responses API', `{"input":[{"type":"function_call_output","output":{"id":${LONG},"x":1.0}}]}`],
    [
      'tool schemas',
      `{"tools":[{"function":{"parameters":{"properties":{"a":{"minimum":1.0,"maximum":${LONG},"multipleOf":0.10}}}}}]}`,
    ],
    [
      'values in schemas',
      `{"tools":[{"input_schema":{"enum":[1.0,${LONG}],"default":{"minLength":1.0},"const":1e400}}]}`,
    ],
    ['formats of chat', `{"response_format":{"json_schema":{"schema":{"properties":{"a":{"const":${LONG}}}}}}}`],
    ['formats of the Responses API', `{"text":{"format":{"schema":{"properties":{"a":{"maximum":1e400}}}}}}`],
    ['formats of Anthropic’s API', `{"output_config":{"format":{"schema":{"examples":[1.0]}}}}`],
    ['tools within a conversation', `{"input":[{"tools":[{"parameters":{"maximum":${LONG}}}]}]}`],
  ])('keep their digits in %s', (_, json) => {
    expect(JSON.stringify(parseBodyJson(json))).toBe(json);
  });

  it.each([
    [`{"seed":${LONG},"temperature":1.0}`, { seed: Number(LONG), temperature: 1 }],
    [`{"thinking":{"budget_tokens":${LONG}}}`, { thinking: { budget_tokens: Number(LONG) } }],
    [`{"tools":[{"max_uses":3.0}]}`, { tools: [{ max_uses: 3 }] }],
    [`{"tools":[{"input_schema":{"minItems":1.0}}]}`, { tools: [{ input_schema: { minItems: 1 } }] }],
    [`{"input":[{"tools":[{"max_uses":3.0}]}]}`, { input: [{ tools: [{ max_uses: 3 }] }] }],
    [`[${LONG}]`, [Number(LONG)]],
  ])('are doubles if the gateway reads them: %s', (json, value) => {
    expect(parseBodyJson(json)).toEqual(value);
  });

  it.each([
    '{"a":[{1.0:2}]}',
    '{"a":[01.0]}',
    '{"a":[1.0',
    '{"a":["b"1.0]}',
    '{"a":[1.0.0]}',
    '{"a":[-]}',
    '{"a":[+1.0]}',
  ])('do not make %s valid, and the error is the one of JSON.parse', (json) => {
    const errorOf = (parse: (json: string) => unknown): unknown => {
      try {
        return parse(json);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(errorOf(parseBodyJson)).toBe(errorOf(JSON.parse));
    expect(() => parseBodyJson(json)).toThrow(SyntaxError);
  });

  it('are found behind lists and objects without numbers', () => {
    const json = `{"model":"1.0","messages":[[],{},null,[{"content":[{"input":{"a":[{"b":1.0}]}}]}]],"top_p":0.5}`;
    expect(JSON.stringify(parseBodyJson(json))).toBe(json);
  });

  it('are found in a body of any depth', () => {
    const json = `{"a":{"input":{"b":1.0}},"c":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(JSON.stringify((parseBodyJson(json) as { a: object }).a)).toBe('{"input":{"b":1.0}}');
  });
});
