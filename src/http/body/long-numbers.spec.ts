import { describe, expect, it } from '@jest/globals';

import { mayHaveLongNumbers, parseWithLongNumbers } from './long-numbers.ts';

const LONG = '12345678901234567890';

describe('numbers of many digits', () => {
  it.each([`{"a":${LONG}}`, `[ -${LONG}]`, '{"a":0.12345678901234567}', `[1,${LONG}]`])('are found in %s', (json) => {
    expect(mayHaveLongNumbers(json)).toBe(true);
  });

  it.each(['{"temperature":1.0,"top_p":0.95,"seed":123456}', `{"a":"id${LONG}"}`, '[1e5,-0]'])(
    'are not found in %s',
    (json) => {
      expect(mayHaveLongNumbers(json)).toBe(false);
    },
  );

  it.each([
    ['inputs of tools', `{"messages":[{"content":[{"type":"tool_use","input":{"id":${LONG},"x":[1.0]}}]}]}`],
    ['results that are objects', `{"messages":[{"role":"tool","content":{"id":${LONG}}}]}`],
    ['items of responses', `{"input":[{"type":"function_call_output","output":{"id":${LONG}}}]}`],
  ])('keep their digits in %s', (_, json) => {
    expect(JSON.stringify(parseWithLongNumbers(json))).toBe(json);
  });

  it.each([
    [`{"seed":${LONG},"temperature":1.0}`, { seed: Number(LONG), temperature: 1 }],
    [`{"thinking":{"budget_tokens":${LONG}}}`, { thinking: { budget_tokens: Number(LONG) } }],
    [`{"tools":[{"input_schema":{"maximum":${LONG}}}]}`, { tools: [{ input_schema: { maximum: Number(LONG) } }] }],
    [
      `{"input":[{"tools":[{"parameters":{"maximum":${LONG}}}]}]}`,
      { input: [{ tools: [{ parameters: { maximum: 1.2345678901234567e19 } }] }] },
    ],
    [`[${LONG}]`, [Number(LONG)]],
  ])('are doubles where the gateway reads them: %s', (json, value) => {
    expect(parseWithLongNumbers(json)).toEqual(value);
  });

  it('do not make a deep body fail otherwise than as JSON', () => {
    expect(() => parseWithLongNumbers(`{"a":${LONG},"b":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toThrow(
      RangeError,
    );
  });
});
