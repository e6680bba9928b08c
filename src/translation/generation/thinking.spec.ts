import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation, rulesOf } from '../../../test/support/model-cards.ts';
import type { ModelRules } from '../../models/types/model.ts';
import { readGenerationOptions, type GenerationFields } from './extension-fields.ts';
import { Adjustments } from '../adjustments.ts';
import { prepareGeneration } from './generation.ts';
import { prepareThinking } from './thinking.ts';

/** Generation fields of a request, the settings that are sent for them, and the reported adjustments. */
type Row = [fields: GenerationFields, sent: { maxTokens?: number; fields?: object }, adjusted: string[]];

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

/** Returns the fields of adaptive thinking for models that return their thinking on request only. */
function shown(effort?: string) {
  return {
    thinking: { type: 'adaptive', display: 'summarized' },
    ...(effort !== undefined && { output_config: { effort } }),
  };
}

function prepare(fields: GenerationFields, generation: Generation, name: { thinkingByName?: boolean } = {}) {
  const adjustments = new Adjustments();
  const options = contextOf(generation, name);
  const { settings } = prepareGeneration(readGenerationOptions(fields, options), options, adjustments);
  return {
    sent: {
      ...(settings.inferenceConfig?.maxTokens !== undefined && { maxTokens: settings.inferenceConfig.maxTokens }),
      ...(settings.additionalModelRequestFields && { fields: settings.additionalModelRequestFields }),
    },
    adjusted: adjustments.list(),
    inferenceConfig: settings.inferenceConfig,
  };
}

describe.each(Object.entries(TABLES))('thinking on %s', (generation, rows) => {
  it.each(rows)('%j becomes %j, reported as %j', (fields, sent, adjusted) => {
    const prepared = prepare(fields, generation as Generation);
    expect(prepared.sent).toEqual(sent);
    expect(prepared.adjusted.sort()).toEqual([...adjusted].sort());
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
  ] as const)('%s is nested as %s', (requested, effort, adjusted) => {
    const adjustments = new Adjustments();
    const options = { kind: 'on', param: 'reasoning_effort', effort: requested } as const;
    const prepared = prepareThinking(options, limit, rules, adjustments);
    expect(prepared).toMatchObject({ fields: { reasoning: { effort } }, maxTokens: 9_000 });
    expect(adjustments.list()).toEqual(adjusted);
  });

  it('is the lowest if the client disables reasoning', () => {
    const adjustments = new Adjustments();
    const prepared = prepareThinking({ kind: 'off', param: 'thinking' }, limit, rules, adjustments);
    expect(prepared.fields).toEqual({ reasoning: { effort: 'low' } });
    expect(adjustments.list()).toEqual(['thinking=effort_low']);
  });
});

describe('thinking by the model name', () => {
  const byName = { thinkingByName: true };

  it('equals thinking: true', () => {
    expect(prepare({ max_tokens: 10_000 }, 'claude-3-7-sonnet', byName).sent).toEqual(budget(5_000, 10_000));
  });

  it('uses a budget and an effort of the body', () => {
    expect(prepare({ max_thinking_tokens: 3_000, max_tokens: 9_000 }, 'claude-3-7-sonnet', byName).sent).toEqual(
      budget(3_000, 9_000),
    );
    expect(prepare({ reasoning_effort: 'low' }, 'claude-opus-4-8', byName).sent.fields).toEqual(shown('low'));
  });

  it('is overridden by a body that disables it', () => {
    expect(prepare({ thinking: false }, 'claude-3-7-sonnet', byName).sent).toEqual({ maxTokens: 4_096 });
    expect(prepare({ reasoning_effort: 'none' }, 'claude-3-7-sonnet', byName).sent).toEqual({ maxTokens: 4_096 });
  });
});

describe('temperature beside thinking', () => {
  it('is 1 if the client sets it, and omitted otherwise', () => {
    expect(prepare({ thinking: true, temperature: 0.3 }, 'claude-3-7-sonnet').inferenceConfig).toEqual({
      maxTokens: 4_096,
      temperature: 1,
    });
    expect(prepare({ thinking: true }, 'claude-3-7-sonnet').inferenceConfig).toEqual({ maxTokens: 4_096 });
  });
});

describe('malformed options', () => {
  it.each([
    ['thinking', { thinking: 'yes' }],
    ['thinking.type', { thinking: { type: 'sometimes' } }],
    ['thinking.type', { thinking: {} }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: '2000' } }],
    ['thinking.display', { thinking: { type: 'adaptive', display: 1 } }],
    ['stop', { stop: 5 }],
    ['stop', { stop: ['a', 5] }],
  ])('throw 400 with param %s', (param, fields) => {
    expect(() => prepare(fields as GenerationFields, 'claude-3-7-sonnet')).toThrow(
      expect.objectContaining({ status: 400, param }),
    );
  });
});
