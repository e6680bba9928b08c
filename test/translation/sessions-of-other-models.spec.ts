import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { checkMessages } from '../../emulator/rules/check-messages.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { toInvokeBody } from '../../src/translation/anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../../src/translation/anthropic/types.ts';
import { messagesDialect } from '../../src/translation/anthropic/converse/messages-dialect.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import type { ResponsesRequest } from '../../src/translation/openai-responses/responses-request.types.ts';

/**
 * Sessions that move from one model to another, with call names and ids from any model or server. Every
 * API repairs them, so that no model rejects the next turn.
 */

const NAMES = ['read', 'mcp.files/read file', 'mcp_files_read_file', 'naïve', 'x'.repeat(65), 'y'.repeat(130), ''];
const IDS = ['call_1', 'call_1', '', 'functions.read:0', 'a|b', 'z'.repeat(90), 'toolu_1'];

const session = fc.array(
  fc.array(fc.record({ id: fc.constantFrom(...IDS), name: fc.constantFrom(...NAMES) }), { minLength: 1, maxLength: 3 }),
  { minLength: 1, maxLength: 4 },
);
const offered = NAMES.filter((name) => name !== '');
const SCHEMA = { type: 'object', properties: {} };

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model && card.rules.tools ? [{ name: card.name, card, model }] : [];
});

describe.each(PAIRS)('$name accepts the session of another model', ({ card, model }) => {
  const context = { model: card, thinkingByName: false, defaultMaxTokens: 1_024 };
  const check = (input: unknown): void =>
    expect(() => checkConverse(JSON.parse(JSON.stringify(input)), model)).not.toThrow();

  it('through chat and responses', () => {
    fc.assert(
      fc.property(session, (turns) => {
        const messages = turns.flatMap((calls) => [
          {
            role: 'assistant',
            content: null,
            tool_calls: calls.map(({ id, name }) => ({ id, type: 'function', function: { name, arguments: '{}' } })),
          },
          ...calls.map(({ id }, index) => ({ role: 'tool', tool_call_id: id, content: `${index}` })),
        ]);
        const tools = offered.map((name) => ({ type: 'function', function: { name, parameters: SCHEMA } }));
        const chat = { model: 'm', messages: [{ role: 'user', content: 'Go' }, ...messages], tools };
        const { inputs, adjusted } = chatDialect.toConverse(chat as unknown as ChatRequest, context);
        check(inputs[0]);
        expect(adjusted).toContain('tools.name=renamed');
        const input = turns.flatMap((calls) => [
          ...calls.map(({ id, name }) => ({ type: 'function_call', call_id: id, name, arguments: '{}' })),
          ...calls.map(({ id }, index) => ({ type: 'function_call_output', call_id: id, output: `${index}` })),
        ]);
        const flat = offered.map((name) => ({ type: 'function', name, parameters: SCHEMA }));
        const responses = { model: 'm', input: [{ role: 'user', content: 'Go' }, ...input], tools: flat };
        check(responsesDialect.toConverse(responses as unknown as ResponsesRequest, context).inputs[0]);
      }),
      { numRuns: 20 },
    );
  });

  it('through messages', () => {
    fc.assert(
      fc.property(session, (turns) => {
        const messages = turns.flatMap((calls) => [
          { role: 'assistant', content: calls.map(({ id, name }) => ({ type: 'tool_use', id, name, input: {} })) },
          {
            role: 'user',
            content: calls.map(({ id }, index) => ({ type: 'tool_result', tool_use_id: id, content: `${index}` })),
          },
        ]);
        const tools = offered.map((name) => ({ name, input_schema: SCHEMA }));
        const request = {
          model: 'm',
          max_tokens: 500,
          messages: [{ role: 'user', content: 'Go' }, ...messages],
          tools,
        } as unknown as MessagesRequest;
        const rules = model.claude;
        if (!rules) return check(messagesDialect.toConverse(request, context).inputs[0]);
        const { body } = toInvokeBody(request, {}, context);
        expect(() => checkMessages(JSON.parse(JSON.stringify(body)), model, rules)).not.toThrow();
        // Each result keeps its call.
        const sent = body['messages'] as { content: { id?: string; tool_use_id?: string }[] }[];
        for (let turn = 1; turn < sent.length; turn += 2) {
          const ids = sent[turn]!.content.map(({ id }) => id);
          expect(sent[turn + 1]!.content.map(({ tool_use_id: id }) => id)).toEqual(ids);
        }
      }),
      { numRuns: 20 },
    );
  });
});
