import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation, rulesOf } from '../../../test/support/model-cards.ts';
import type { ModelRules } from '../../models/types/model.ts';
import { readGenerationOptions, type GenerationFields } from './extension-fields.ts';
import { Adjustments } from '../adjustments.ts';
import { prepareGeneration } from './generation.ts';
import { prepareThinking } from './thinking.ts';

/** What a request says, what is sent for it, and what the client is told about the difference. */
type Row = [says: GenerationFields, sent: { maxTokens?: number; fields?: object }, told: string[]];

const TABLES: Partial<Record<Generation, Row[]>> = {
  'claude-3-5-sonnet': [
    [{ thinking: false, reasoning_effort: 'high' }, { maxTokens: 4_096 }, ['reasoning_effort=dropped']],
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096 }, []],
    [{ thinking: true }, { maxTokens: 4_096 }, ['thinking=dropped']],
    [
      { thinking: true, max_thinking_tokens: 2_000 },
      { maxTokens: 4_096 },
      ['thinking=dropped', 'max_thinking_tokens=dropped'],
    ],
    [{ reasoning_effort: 'none' }, { maxTokens: 4_096 }, []],
    [
      { reasoning_effort: 'high', max_tokens: 9_000 },
      { maxTokens: 8_192 },
      ['reasoning_effort=dropped', 'max_tokens=8192'],
    ],
  ],
  'claude-3-7-sonnet': [
    [{ thinking: false, reasoning_effort: 'high' }, { maxTokens: 4_096 }, ['reasoning_effort=dropped']],
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096 }, []],
    [{ thinking: null, reasoning_effort: null, max_tokens: null }, { maxTokens: 4_096 }, []],
    [{ thinking: true }, budget(3_276, 4_096), []],
    [{ thinking: true, max_tokens: 20_000 }, budget(10_000, 20_000), []],
    [{ thinking: true, max_tokens: 6_000 }, budget(4_000, 6_000), []],
    [{ thinking: true, max_tokens: 2_000 }, budget(1_600, 2_000), []],
    [{ thinking: true, max_tokens: 100 }, budget(1_024, 1_280), ['max_tokens=1280']],
    [
      { thinking: true, max_completion_tokens: 100, max_tokens: 9 },
      budget(1_024, 1_280),
      ['max_completion_tokens=1280'],
    ],
    [{ thinking: true, max_tokens: 100_000 }, budget(32_000, 64_000), ['max_tokens=64000']],
    [{ thinking: true, max_thinking_tokens: 5_000, max_tokens: 8_000 }, budget(5_000, 8_000), []],
    [{ thinking: true, thinking_max_tokens: 5_000, max_tokens: 8_000 }, budget(5_000, 8_000), []],
    [{ thinking: true, max_thinking_length: 5_000, max_tokens: 8_000 }, budget(5_000, 8_000), []],
    [{ thinking: true, max_thinking_tokens: 16_000 }, budget(16_000, 20_096), []],
    [
      { thinking: true, max_thinking_tokens: 500, max_tokens: 8_000 },
      budget(1_024, 8_000),
      ['max_thinking_tokens=1024'],
    ],
    [
      { thinking: true, max_thinking_tokens: 9_000, max_tokens: 8_000 },
      budget(6_400, 8_000),
      ['max_thinking_tokens=6400'],
    ],
    [{ thinking: { type: 'enabled', budget_tokens: 2_048 }, max_tokens: 4_000 }, budget(2_048, 4_000), []],
    [{ thinking: { type: 'enabled' }, max_tokens: 10_000 }, budget(5_000, 10_000), []],
    [{ thinking: { type: 'adaptive' }, max_tokens: 10_000 }, budget(5_000, 10_000), []],
    [
      { thinking: { type: 'enabled', display: 'omitted' }, max_tokens: 10_000 },
      budget(5_000, 10_000),
      ['thinking.display=dropped'],
    ],
    [{ thinking: { type: 'disabled' } }, { maxTokens: 4_096 }, []],
    [{ reasoning_effort: 'none' }, { maxTokens: 4_096 }, []],
    [{ reasoning_effort: 'minimal' }, budget(1_024, 5_120), []],
    [{ reasoning_effort: 'low' }, budget(2_048, 6_144), []],
    [{ reasoning_effort: 'high' }, budget(16_384, 20_480), []],
    [{ reasoning_effort: 'max' }, budget(32_000, 40_000), []],
    [{ reasoning_effort: 'high', max_tokens: 4_096 }, budget(3_276, 4_096), ['reasoning_effort=budget_3276']],
    [
      { thinking: true, reasoning_effort: 'low', max_thinking_tokens: 4_000, max_tokens: 9_000 },
      budget(4_000, 9_000),
      ['reasoning_effort=ignored'],
    ],
    [{ thinking: true, temperature: 0.2, max_tokens: 9_000 }, budget(4_500, 9_000), ['temperature=1']],
    [
      { thinking: true, top_p: 0.5, top_k: 3, max_tokens: 9_000 },
      budget(4_500, 9_000),
      ['top_p=dropped', 'top_k=dropped'],
    ],
    [{ thinking: true, temperature: 1, top_p: 1, max_tokens: 9_000 }, budget(4_500, 9_000), []],
    [
      { enable_extended_output: true, max_tokens: 200_000 },
      { maxTokens: 128_000, fields: { anthropic_beta: ['output-128k-2025-02-19'] } },
      ['max_tokens=128000'],
    ],
    [
      { enable_computer_use: true, enable_extended_output: true, thinking: true, max_tokens: 100_000 },
      {
        maxTokens: 100_000,
        fields: {
          thinking: { type: 'enabled', budget_tokens: 50_000 },
          anthropic_beta: ['output-128k-2025-02-19', 'computer-use-2025-01-24'],
        },
      },
      [],
    ],
  ],
  'claude-sonnet-4-5': [
    [{ thinking: true, max_tokens: 20_000, temperature: 0 }, budget(10_000, 20_000), ['temperature=1']],
    [
      { enable_extended_output: true, max_tokens: 99_000 },
      { maxTokens: 64_000 },
      ['enable_extended_output=ignored', 'max_tokens=64000'],
    ],
  ],
  'claude-opus-4-6': [
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: true }, budget(3_276, 4_096), []],
    [{ thinking: { type: 'adaptive' } }, { maxTokens: 4_096, fields: { thinking: { type: 'adaptive' } } }, []],
    [{ thinking: true, max_thinking_tokens: 3_000, max_tokens: 8_000 }, budget(3_000, 8_000), []],
    [{ reasoning_effort: 'medium' }, { maxTokens: 12_288, fields: adaptive('medium') }, []],
    [
      { reasoning_effort: 'xhigh', max_tokens: 9_000 },
      { maxTokens: 9_000, fields: adaptive('high') },
      ['reasoning_effort=high'],
    ],
    [{ reasoning_effort: 'max', max_tokens: 9_000 }, { maxTokens: 9_000, fields: adaptive('max') }, []],
    [
      { thinking: { type: 'adaptive', display: 'omitted' } },
      { maxTokens: 4_096, fields: { thinking: { type: 'adaptive', display: 'omitted' } } },
      [],
    ],
    [{ thinking: false }, { maxTokens: 4_096 }, []],
  ],
  'claude-opus-4-8': [
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096 }, []],
    [
      { thinking: true, temperature: 0.5, top_p: 0.9 },
      { maxTokens: 4_096, fields: shown() },
      ['temperature=dropped', 'top_p=dropped'],
    ],
    [{ temperature: 1, top_p: 1 }, { maxTokens: 4_096 }, []],
    [
      { thinking: true, max_thinking_tokens: 2_000, max_tokens: 9_000 },
      { maxTokens: 9_000, fields: shown('low') },
      ['max_thinking_tokens=effort_low'],
    ],
    [
      { thinking: { type: 'enabled', budget_tokens: 10_000 }, max_tokens: 64_000 },
      { maxTokens: 64_000, fields: shown('high') },
      ['thinking.budget_tokens=effort_high'],
    ],
    [
      { thinking: { type: 'enabled', budget_tokens: 63_999 }, max_tokens: 64_000 },
      { maxTokens: 64_000, fields: shown('max') },
      ['thinking.budget_tokens=effort_max'],
    ],
    [
      { thinking: true, max_thinking_tokens: 2_000, reasoning_effort: 'high', max_tokens: 9_000 },
      { maxTokens: 9_000, fields: shown('high') },
      ['max_thinking_tokens=dropped'],
    ],
    [{ reasoning_effort: 'minimal' }, { maxTokens: 5_120, fields: shown('low') }, ['reasoning_effort=low']],
    [
      { reasoning_effort: 'xhigh', max_tokens: 300_000 },
      { maxTokens: 128_000, fields: shown('xhigh') },
      ['max_tokens=128000'],
    ],
  ],
  'claude-sonnet-5': [
    [
      { thinking: { type: 'disabled' }, reasoning_effort: 'max' },
      { maxTokens: 4_096, fields: { thinking: { type: 'disabled' }, output_config: { effort: 'high' } } },
      ['reasoning_effort=high'],
    ],
    [
      { thinking: false, reasoning_effort: 'low' },
      { maxTokens: 4_096, fields: { thinking: { type: 'disabled' }, output_config: { effort: 'low' } } },
      [],
    ],
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096, fields: { thinking: { type: 'disabled' } } }, []],
    [{ reasoning_effort: 'none' }, { maxTokens: 4_096, fields: { thinking: { type: 'disabled' } } }, []],
    [{ thinking: true }, { maxTokens: 4_096, fields: shown() }, []],
  ],
  'claude-opus-5-5': [
    [
      { thinking: false, reasoning_effort: 'high' },
      { maxTokens: 4_096, fields: { output_config: { effort: 'low' } } },
      ['reasoning_effort=low', 'thinking=effort_low'],
    ],
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096, fields: { output_config: { effort: 'low' } } }, ['thinking=effort_low']],
    [
      { reasoning_effort: 'none' },
      { maxTokens: 4_096, fields: { output_config: { effort: 'low' } } },
      ['reasoning_effort=effort_low'],
    ],
    [{ thinking: true }, { maxTokens: 4_096, fields: shown() }, []],
  ],
  'claude-sonnet-5-5': [
    [
      { thinking: { type: 'between_tools' }, reasoning_effort: 'xhigh' },
      { maxTokens: 4_096, fields: { thinking: { type: 'between_tools' }, output_config: { effort: 'high' } } },
      ['thinking=kept_between_tool_calls', 'reasoning_effort=high'],
    ],
    [
      { thinking: false },
      { maxTokens: 4_096, fields: { thinking: { type: 'between_tools' } } },
      ['thinking=kept_between_tool_calls'],
    ],
    [
      { thinking: { type: 'disabled' } },
      { maxTokens: 4_096, fields: { thinking: { type: 'between_tools' } } },
      ['thinking=kept_between_tool_calls'],
    ],
    [{ reasoning_effort: 'low' }, { maxTokens: 6_144, fields: shown('low') }, []],
  ],
  'nova-2-lite': [
    [{}, { maxTokens: 4_096 }, []],
    [{ thinking: false }, { maxTokens: 4_096, fields: { reasoningConfig: { type: 'disabled' } } }, []],
    [
      { thinking: true },
      { maxTokens: 4_096, fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } } },
      [],
    ],
    [
      { reasoning_effort: 'high', max_tokens: 4_000, temperature: 0.5 },
      { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } } },
      ['max_tokens=dropped', 'temperature=dropped'],
    ],
  ],
  'deepseek-v3-2': [
    [
      { reasoning_effort: 'xhigh', max_tokens: 5_000 },
      { maxTokens: 5_000, fields: { reasoning_config: 'high' } },
      ['reasoning_effort=high'],
    ],
    [{ thinking: false }, { maxTokens: 4_096 }, []],
  ],
  'gpt-oss-120b': [
    [{ reasoning_effort: 'low' }, { maxTokens: 6_144, fields: { reasoning_effort: 'low' } }, []],
    [
      { thinking: true, max_thinking_tokens: 20_000, max_tokens: 8_000 },
      { maxTokens: 8_000, fields: { reasoning_effort: 'high' } },
      ['max_thinking_tokens=effort_high'],
    ],
    [
      { reasoning_effort: 'none' },
      { maxTokens: 4_096, fields: { reasoning_effort: 'low' } },
      ['reasoning_effort=effort_low'],
    ],
  ],
};

function budget(tokens: number, maxTokens: number) {
  return { maxTokens, fields: { thinking: { type: 'enabled', budget_tokens: tokens } } };
}

function adaptive(effort: string) {
  return { thinking: { type: 'adaptive' }, output_config: { effort } };
}

/** Adaptive thinking on models that keep their thoughts to themselves unless asked. */
function shown(effort?: string) {
  return {
    thinking: { type: 'adaptive', display: 'summarized' },
    ...(effort !== undefined && { output_config: { effort } }),
  };
}

function plan(says: GenerationFields, generation: Generation, name: { thinkingByName?: boolean } = {}) {
  const adjustments = new Adjustments();
  const options = contextOf(generation, name);
  const { settings } = prepareGeneration(readGenerationOptions(says, options), options, adjustments);
  return {
    sent: {
      ...(settings.inferenceConfig?.maxTokens !== undefined && { maxTokens: settings.inferenceConfig.maxTokens }),
      ...(settings.additionalModelRequestFields && { fields: settings.additionalModelRequestFields }),
    },
    told: adjustments.list(),
    inferenceConfig: settings.inferenceConfig,
  };
}

describe.each(Object.entries(TABLES))('thinking on %s', (generation, rows) => {
  it.each(rows)('%j becomes %j, told %j', (says, sent, told) => {
    const planned = plan(says, generation as Generation);
    expect(planned.sent).toEqual(sent);
    expect(planned.told.sort()).toEqual([...told].sort());
  });
});

describe('the effort of GPT', () => {
  const rules: ModelRules = {
    ...rulesOf('gpt-oss-120b'),
    reasoningField: 'reasoning',
    efforts: ['low', 'medium', 'high', 'xhigh'],
  };
  const limit = { param: 'max_tokens', named: 9_000, byDefault: 4_096, ceiling: 128_000 };

  it.each([
    ['minimal', 'low', ['reasoning_effort=low']],
    ['medium', 'medium', []],
    ['xhigh', 'xhigh', []],
    ['max', 'xhigh', ['reasoning_effort=xhigh']],
  ] as const)('%s is nested as %s', (wanted, effort, told) => {
    const adjustments = new Adjustments();
    const wish = { kind: 'on', param: 'reasoning_effort', effort: wanted } as const;
    const planned = prepareThinking(wish, limit, rules, adjustments);
    expect(planned).toMatchObject({ fields: { reasoning: { effort } }, maxTokens: 9_000 });
    expect(adjustments.list()).toEqual(told);
  });

  it('is the lowest where the client wants none', () => {
    const adjustments = new Adjustments();
    const planned = prepareThinking({ kind: 'off', param: 'thinking' }, limit, rules, adjustments);
    expect(planned.fields).toEqual({ reasoning: { effort: 'low' } });
    expect(adjustments.list()).toEqual(['thinking=effort_low']);
  });
});

describe('thinking by the name of the model', () => {
  const byName = { thinkingByName: true };

  it('is like thinking: true', () => {
    expect(plan({ max_tokens: 10_000 }, 'claude-3-7-sonnet', byName).sent).toEqual(budget(5_000, 10_000));
  });

  it('takes a budget and an effort from the body', () => {
    expect(plan({ max_thinking_tokens: 3_000, max_tokens: 9_000 }, 'claude-3-7-sonnet', byName).sent).toEqual(
      budget(3_000, 9_000),
    );
    expect(plan({ reasoning_effort: 'low' }, 'claude-opus-4-8', byName).sent.fields).toEqual(shown('low'));
  });

  it('is outranked by a body that says no', () => {
    expect(plan({ thinking: false }, 'claude-3-7-sonnet', byName).sent).toEqual({ maxTokens: 4_096 });
    expect(plan({ reasoning_effort: 'none' }, 'claude-3-7-sonnet', byName).sent).toEqual({ maxTokens: 4_096 });
  });
});

describe('temperature beside thinking', () => {
  it('is 1 where the client names one, and left out where it does not', () => {
    expect(plan({ thinking: true, temperature: 0.3 }, 'claude-3-7-sonnet').inferenceConfig).toEqual({
      maxTokens: 4_096,
      temperature: 1,
    });
    expect(plan({ thinking: true }, 'claude-3-7-sonnet').inferenceConfig).toEqual({ maxTokens: 4_096 });
  });
});

describe('malformed wishes', () => {
  it.each([
    ['thinking', { thinking: 'yes' }],
    ['thinking.type', { thinking: { type: 'sometimes' } }],
    ['thinking.type', { thinking: {} }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: '2000' } }],
    ['thinking.display', { thinking: { type: 'adaptive', display: 1 } }],
    ['stop', { stop: 5 }],
    ['stop', { stop: ['a', 5] }],
  ])('answer 400 with param %s', (param, says) => {
    expect(() => plan(says as GenerationFields, 'claude-3-7-sonnet')).toThrow(
      expect.objectContaining({ status: 400, param }),
    );
  });
});
