import { describe, expect, it } from '@jest/globals';
import { MODELS } from '../../../../../emulator/models.ts';
import { checkMessages } from '../../../../../emulator/rules/check-messages.ts';
import { CHAT_MODELS } from '../../../../models/table/model-table.ts';
import { messagesRequest } from '../../converse/request/messages-request.ts';
import { toInvokeBody } from './invoke-body.ts';

const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };
const FORMAT = { type: 'json_schema', schema: SCHEMA };
const TOOLS = [{ name: 'now', input_schema: { type: 'object' } }];

function sent(model: string, fields: object, betas?: string) {
  const card = CHAT_MODELS.find(({ name }) => name === model)!;
  const request = { max_tokens: 5_000, messages: [{ role: 'user', content: 'Hi' }], ...fields };
  const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
  const { body, adjusted } = toInvokeBody(request, { betas }, context);
  // The emulator rejects bodies that the model would not accept.
  const emulated = MODELS.find(({ id }) => id === card.id)!;
  checkMessages(JSON.parse(JSON.stringify(body)), emulated, emulated.claude!);
  return { body, adjusted };
}

describe('output_format', () => {
  it.each(['claude-sonnet-4-5', 'claude-opus-5-5'])(
    'moves to output_config.format for %s and drops its flag',
    (model) => {
      const { body, adjusted } = sent(model, { output_format: FORMAT }, 'structured-outputs-2025-11-13');
      expect(body).toMatchObject({ output_config: { format: FORMAT } });
      expect(body['output_format']).toBeUndefined();
      expect(body['anthropic_beta']).toBeUndefined();
      expect(adjusted).toEqual(['output_format=output_config.format']);
    },
  );

  it('keeps other fields of output_config, and an existing format', () => {
    const effort = sent('claude-opus-5', { output_format: FORMAT, output_config: { effort: 'low' } });
    expect(effort.body['output_config']).toEqual({ effort: 'low', format: FORMAT });
    const other = { ...FORMAT, schema: { ...SCHEMA, title: 'other' } };
    const both = sent('claude-opus-5', { output_format: FORMAT, output_config: { format: other } });
    expect(both.body['output_config']).toEqual({ format: other });
    expect(both.adjusted).toEqual(['output_format=dropped']);
    expect(sent('claude-opus-5', { output_format: null }).adjusted).toEqual([]);
  });

  it('moves for models other than Claude as well', () => {
    const model = CHAT_MODELS.find(({ name }) => name === 'nova-pro')!;
    const request = { max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], output_format: FORMAT };
    const context = { model, thinkingByName: false, defaultMaxTokens: 4_096 };
    const { adjusted, schemaUse } = messagesRequest(request, context);
    expect(schemaUse?.expected).toMatchObject({ field: 'output_config.format', schema: SCHEMA });
    expect(adjusted).toContain('output_format=output_config.format');
  });
});

describe('a forced tool choice', () => {
  it.each([
    ['claude-haiku-4-5', { type: 'enabled', budget_tokens: 2_000 }],
    ['claude-opus-4-6', { type: 'adaptive' }],
    ['claude-opus-4-8', { type: 'adaptive' }],
  ])('disables thinking of %s', (model, thinking) => {
    for (const tool_choice of [{ type: 'any' }, { type: 'tool', name: 'now' }]) {
      const { body, adjusted } = sent(model, { tools: TOOLS, tool_choice, thinking });
      expect(body['thinking']).toBeUndefined();
      expect(body['tool_choice']).toEqual(tool_choice);
      expect(adjusted).toContain('thinking=disabled_for_tool_choice');
    }
  });

  it.each(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-2'])('becomes an instruction for %s', (model) => {
    const tool_choice = { type: 'tool', name: 'now', disable_parallel_tool_use: true };
    for (const system of [undefined, 'Be brief.', [{ type: 'text', text: 'Be brief.' }]]) {
      const { body, adjusted } = sent(model, { tools: TOOLS, tool_choice, system });
      expect(body['tool_choice']).toEqual({ type: 'auto', disable_parallel_tool_use: true });
      const blocks = body['system'] as { text: string }[];
      expect(blocks.at(-1)!.text).toContain('Call the tool "now" now.');
      expect(blocks).toHaveLength(system === undefined ? 1 : 2);
      expect(adjusted).toContain('tool_choice=auto_with_instruction');
    }
  });

  it.each([
    ['claude-opus-5', { type: 'adaptive' }, { type: 'any' }],
    ['claude-haiku-4-5', undefined, { type: 'any' }],
    ['claude-opus-5-5', undefined, { type: 'auto' }],
    ['claude-opus-5-5', undefined, { type: 'none' }],
  ])('stays unchanged if %s accepts it', (model, thinking, tool_choice) => {
    const { body, adjusted } = sent(model, { tools: TOOLS, tool_choice, thinking });
    expect(body['tool_choice']).toEqual(tool_choice);
    expect(adjusted).toEqual([]);
  });
});

describe('thinking.display', () => {
  it('is sent with its beta flag or dropped', () => {
    const fields = { thinking: { type: 'adaptive', display: 'updates' } };
    const card = CHAT_MODELS.find(({ name }) => name === 'claude-opus-4-8')!;
    const request = { max_tokens: 5_000, messages: [{ role: 'user', content: 'Hi' }], ...fields };
    const of = (model: typeof card) => toInvokeBody(request, {}, { model, thinkingByName: false, defaultMaxTokens: 1 });
    expect(of(card).body['thinking']).toEqual({ type: 'adaptive' });
    expect(of(card).adjusted).toContain('thinking.display=dropped');
    const newer = of(CHAT_MODELS.find(({ name }) => name === 'claude-opus-5-5')!);
    expect(newer.body).toMatchObject({ ...fields, anthropic_beta: ['thinking-display-updates-2026-08-18'] });
  });
});
