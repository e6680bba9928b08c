import { describe, expect, it } from '@jest/globals';

import { contextOf, type Generation } from '../../../../test/support/model-cards.ts';
import type { TranslationOptions } from '../../dialect.ts';
import { chatDialect } from '../chat-dialect.ts';
import { chatRequest } from './chat-request.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const TOOL = { type: 'function', function: { name: 'f' } };
const SHOWN = { reasoningContent: { reasoningText: { text: ' Hm. ', signature: 'c2ln' } } };
const REDACTED = { reasoningContent: { redactedContent: 'aGlkZGVu' } };
const BLOCKS = [
  { type: 'thinking', thinking: ' Hm. ', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'aGlkZGVu' },
];

/** Translates an assistant message with a tool call and the given fields. */
function translate(
  fields: object,
  generation: Generation = 'claude-sonnet-4-5',
  changes: Partial<TranslationOptions> = {},
) {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'I look.', tool_calls: [CALL], ...fields },
    { role: 'tool', tool_call_id: 'call_1', content: '1' },
  ];
  const request = { model: 'm', messages, tools: [TOOL] } as unknown as ChatRequest;
  const { inputs, adjusted } = chatRequest(request, contextOf(generation, changes));
  return { input: inputs[0]!, content: inputs[0]?.messages?.[1]?.content, adjusted };
}

const TEXT = { text: 'I look.' };
const USE = { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } };

describe('signed thinking', () => {
  it.each([
    ['thinking_blocks (LiteLLM, Envoy)', { thinking_blocks: BLOCKS }, [SHOWN, REDACTED]],
    [
      'parts of the content (Anthropic)',
      { content: [...BLOCKS, { type: 'text', text: 'I look.' }] },
      [SHOWN, REDACTED],
    ],
    [
      'reasoning_details (OpenRouter)',
      {
        reasoning_details: [
          { type: 'reasoning.text', text: ' Hm. ', signature: 'c2ln', index: 0 },
          { type: 'reasoning.encrypted', data: 'aGlkZGVu', index: 1, format: 'anthropic-claude-v1' },
          { type: 'reasoning.encrypted', data: 'Z3B0', index: 2, format: 'openai-responses-v1' },
          { type: 'reasoning.summary', summary: 'Hm.' },
        ],
      },
      [SHOWN, REDACTED],
    ],
    ['reasoning_signature (agentgateway)', { reasoning_content: ' Hm. ', reasoning_signature: 'c2ln' }, [SHOWN]],
    ['reasoning_opaque (Copilot)', { reasoning_text: ' Hm. ', reasoning_opaque: 'c2ln' }, [SHOWN]],
    [
      'reasoning_opaque alone',
      { reasoning_opaque: 'c2ln' },
      [{ reasoningContent: { reasoningText: { text: '', signature: 'c2ln' } } }],
    ],
  ])('comes first in its turn, unchanged, from %s', (_case, fields, thinking) => {
    const { content, adjusted } = translate(fields);
    expect(content).toEqual([...thinking, TEXT, USE]);
    expect(adjusted).toEqual([]);
  });

  it('from the store replaces the client’s copy', () => {
    const storedThinking = new Map([['call_1', [{ kind: 'thinking' as const, text: ' Hm. ', signature: 'c2ln' }]]]);
    const trimmed = [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }];
    expect(translate({ thinking_blocks: trimmed }, 'claude-sonnet-4-5', { storedThinking }).content).toEqual([
      SHOWN,
      TEXT,
      USE,
    ]);
  });

  it('may be stored for each valid call of the history', () => {
    const message = { role: 'assistant', tool_calls: [CALL, null, { id: 7 }, { id: 'x' }] };
    const request = { model: 'm', messages: [message, null, { role: 'user' }] } as unknown as ChatRequest;
    expect(chatDialect.callReferences?.(request)).toEqual([{ id: 'call_1', name: 'f' }]);
  });

  it.each([
    ['reasoning_content', { reasoning_content: 'Hm.' }],
    ['thinking_blocks', { thinking_blocks: [{ type: 'thinking', thinking: 'Hm.' }] }],
    ['reasoning', { reasoning: 'Hm.' }],
  ])('requires a signature: %s is reported as unsigned', (field, fields) => {
    const { content, adjusted } = translate(fields);
    expect(content).toEqual([TEXT, USE]);
    expect(adjusted).toEqual([`${field}=unsigned_dropped`]);
  });

  it('is not sent to models that do not accept it', () => {
    const { content, adjusted } = translate({ thinking_blocks: BLOCKS }, 'llama3-3-70b');
    expect(content).toEqual([TEXT, USE]);
    expect(adjusted).toEqual(['thinking_blocks=dropped']);
  });

  it('at the end of a turn is removed', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: '', thinking_blocks: BLOCKS },
      { role: 'user', content: 'Hi?' },
    ];
    const { inputs, adjusted } = chatRequest({ model: 'm', messages } as ChatRequest, contextOf('claude-sonnet-4-5'));
    expect(inputs[0]?.messages).toEqual([{ role: 'user', content: [{ text: 'Hi' }, { text: 'Hi?' }] }]);
    expect(adjusted).toEqual(['thinking_blocks=trailing_dropped']);
  });
});

describe('thinking that is bound to a model', () => {
  const bound = [{ type: 'thinking', thinking: ' Hm. ', signature: 'c2ln#claude-opus-5-5' }];

  it('is sent to that model, with the option to drop it if instructions have changed', () => {
    const { content, input, adjusted } = translate({ thinking_blocks: bound }, 'claude-opus-5-5');
    expect(content).toEqual([SHOWN, TEXT, USE]);
    expect(input.additionalModelRequestFields).toEqual({
      thinking: { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
      anthropic_beta: ['thinking-binding-controls-2026-08-01'],
    });
    expect(adjusted).toEqual([]);
  });

  it.each([
    ['another model that binds its thinking', bound, 'claude-sonnet-5-5'],
    ['an older model', bound, 'claude-sonnet-4-5'],
    ['that model if the thinking is not bound', BLOCKS, 'claude-opus-5-5'],
  ] as const)('is not sent to %s', (_case, blocks, generation) => {
    const { content, adjusted } = translate({ thinking_blocks: blocks }, generation);
    expect(content).toEqual([TEXT, USE]);
    expect(adjusted).toEqual(['thinking_blocks=other_model_dropped']);
  });
});
