import { describe, expect, it } from '@jest/globals';

import { contextOf, GENERATIONS } from '../../../../test/support/model-cards.ts';
import type { SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import type { TranslationOptions } from '../../dialect.ts';
import { responsesRequest } from './responses-request.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** JSON of any structure. The expectations check it. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const CALL = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' };
const OUTPUT = { type: 'function_call_output', call_id: 'call_1', output: 'Sunny.' };
const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }];

function translated(input: unknown[], context: Partial<TranslationOptions> = {}) {
  const request = { model: 'm', input, tools } as unknown as ResponsesRequest;
  const { inputs, adjusted } = responsesRequest(request, { ...contextOf(GENERATIONS[1]!), ...context });
  const messages: Loose[] = JSON.parse(JSON.stringify(inputs[0]!.messages));
  return { messages, adjusted };
}

/** Returns a conversation that began at another service, with one item of a hosted tool. */
function moved(item: object): unknown[] {
  return [
    { role: 'user', content: 'a' },
    item,
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'It is sunny.', annotations: [] }] },
    { role: 'user', content: 'c' },
  ];
}

it('reads more instructions than a function call can have arguments', () => {
  const content = Array.from({ length: 200_000 }, () => ({ type: 'input_text', text: 'a' }));
  const input = [
    { role: 'developer', content },
    { role: 'user', content: 'b' },
  ];
  const { inputs } = responsesRequest({ model: 'm', input } as unknown as ResponsesRequest, contextOf(GENERATIONS[1]!));
  expect(inputs[0]?.system).toHaveLength(200_000);
});

describe('items of a conversation that began at another service', () => {
  it.each([
    [{ type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } }, 'dropped'],
    [{ type: 'file_search_call', id: 'fs_1', queries: ['x'], results: null }, 'dropped'],
    [{ type: 'image_generation_call', id: 'ig_1', result: 'AAAA' }, 'dropped'],
    [{ type: 'code_interpreter_call', id: 'ci_1', code: '1', container_id: 'c', outputs: null }, 'dropped'],
    [{ type: 'computer_call', id: 'cu_1', call_id: 'call_9', action: { type: 'screenshot' } }, 'dropped'],
    [{ type: 'computer_call_output', call_id: 'call_9', output: { type: 'computer_screenshot' } }, 'dropped'],
    [{ type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: [] }, 'dropped'],
    [{ type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}', output: null }, 'dropped'],
    [{ type: 'mcp_approval_request', id: 'mcpr_1', server_label: 's', name: 'n', arguments: '{}' }, 'dropped'],
    [{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }, 'dropped'],
    [{ type: 'tool_search_call', id: 't_1', call_id: null, execution: 'server', arguments: {} }, 'dropped'],
    [{ type: 'compaction_trigger' }, 'dropped'],
    [{ type: 'compaction', id: 'cmp_1', encrypted_content: 'gAAAAAB' }, 'other_gateway_dropped'],
    [{ type: 'item_reference', id: 'msg_zz' }, 'dropped'],
    [{ type: 'ghost_snapshot', ghost_commit: { id: 'x' } }, 'unknown'],
  ])('do not change the other turns: %j', (item, how) => {
    const { messages, adjusted } = translated(moved(item));
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', [{ text: 'a' }]],
      ['assistant', [{ text: 'It is sunny.' }]],
      ['user', [{ text: 'c' }]],
    ]);
    expect(adjusted).toContain(`input.${item.type}=${how}`);
  });

  it.each([
    [
      { type: 'mcp_call', name: 'n', arguments: '{"a":1}', output: 'Done.' },
      'The tool "n" of an MCP server was called.\nArguments:\n{"a":1}\nResult:\nDone.',
    ],
    [
      { type: 'code_interpreter_call', code: 'print(1)', outputs: [{ type: 'logs', logs: '1' }, { type: 'image' }] },
      'Code was run.\nCode:\nprint(1)\nOutput:\n1',
    ],
    [
      { type: 'file_search_call', queries: ['x', 'y'], results: [{ file_id: 'f', text: 'Z' }] },
      'Files were searched.\nQueries:\nx\ny\nResults:\nZ',
    ],
  ])('become text if they hold a result: %j', (item, text) => {
    const { messages, adjusted } = translated(moved(item));
    expect(messages.map(({ content }) => content)).toEqual([
      [{ text: 'a' }],
      [{ text: 'It is sunny.' }],
      [{ text: `[Earlier in this conversation] ${text}` }, { text: 'c' }],
    ]);
    expect(adjusted).toEqual([`input.${item.type}=converted_to_text`]);
  });

  it('do not separate thinking from its call, or a call from its result', () => {
    const thinking: SignedThinking = { kind: 'thinking', text: 'Hm.', signature: 's' };
    const mcp = { type: 'mcp_call', name: 'n', arguments: '{}', output: 'Done.' };
    const { messages } = translated([{ role: 'user', content: 'a' }, mcp, CALL, mcp, OUTPUT], {
      storedThinking: new Map([['call_1', [thinking]]]),
    });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1].content.at(-1)).toMatchObject({ toolUse: { toolUseId: 'call_1' } });
    expect(messages[2].content[0]).toMatchObject({ toolResult: { toolUseId: 'call_1' } });
  });

  it.each([
    [{ type: 'web_search_call', id: 'ws_1' }, 'unsupported_item', 'input[0].type'],
    [{ type: {}, id: 'ws_1' }, 'unsupported_item', 'input[0].type'],
    [{ type: { toString: 1 } }, 'unsupported_item', 'input[0].type'],
    [{ type: 'item_reference', id: 'msg_1' }, 'item_not_found', 'input[0].id'],
    [{ type: 'item_reference', id: 'rs_1' }, 'item_not_found', 'input[0].id'],
    [{ id: 'msg_1' }, 'item_not_found', 'input[0].id'],
    [{ type: 'compaction', encrypted_content: 'x' }, 'invalid_encrypted_content', 'input[0].encrypted_content'],
  ])('are rejected if the input has no other content: %j', (item, code, param) => {
    expect(() => translated([item])).toThrow(expect.objectContaining({ status: 400, code, param }));
  });
});

describe('a reference to a reasoning item that is not stored', () => {
  const input = [{ role: 'user', content: 'a' }, { type: 'item_reference', id: 'rs_1' }, CALL, OUTPUT];

  it('is reported', () => {
    const { messages, adjusted } = translated(input);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(adjusted).toContain('input.reasoning=unsigned_dropped');
  });

  it('is not reported if the thinking is stored for the call', () => {
    const { messages, adjusted } = translated(input, {
      storedThinking: new Map([['call_1', [{ kind: 'thinking', text: 'Hm.', signature: 's' }]]]),
    });
    expect(messages[1].content[0]).toMatchObject({ reasoningContent: { reasoningText: { text: 'Hm.' } } });
    expect(adjusted).toEqual([]);
  });
});

describe('a reference to a call that is not stored', () => {
  it.each([
    ['fc_1', { type: 'function_call_output', call_id: 'call_9', output: 'Sunny.' }, 'Sunny.'],
    [
      'fc_1',
      { type: 'function_call_output', call_id: 'call_9', output: [{ type: 'input_text', text: 'Sunny.' }] },
      'Sunny.',
    ],
    ['ctc_1', { type: 'custom_tool_call_output', call_id: 'call_9', output: 'Sunny.' }, 'Sunny.'],
    ['lsh_1', { type: 'local_shell_call_output', call_id: 'call_9', output: 'Sunny.' }, 'Sunny.'],
    [
      'sh_1',
      {
        type: 'shell_call_output',
        call_id: 'call_9',
        output: [{ stdout: 'Sunny.', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
      },
      'Sunny.\n(exit code 0)',
    ],
    ['apc_1', { type: 'apply_patch_call_output', call_id: 'call_9', status: 'completed', output: 'Sunny.' }, 'Sunny.'],
  ])('converts the result to text: %s', (id, output, text) => {
    const { messages, adjusted } = translated([{ role: 'user', content: 'a' }, { type: 'item_reference', id }, output]);
    expect(messages).toEqual([{ role: 'user', content: [{ text: 'a' }, { text: `[The tool answered: ${text}]` }] }]);
    expect(adjusted).toEqual(['input.item_reference=dropped', 'tool_results.without_call=converted_to_text']);
  });

  it('keeps other calls of the answer with their results', () => {
    const lost = { type: 'function_call_output', call_id: 'call_9', output: 'Windy.' };
    const reference = { type: 'item_reference', id: 'fc_1' };
    const { messages } = translated([{ role: 'user', content: 'a' }, CALL, reference, lost, OUTPUT]);
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'weather', input: {} } }] },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_1', content: [{ text: 'Sunny.' }] } },
          { text: '[The tool answered: Windy.]' },
        ],
      },
    ]);
  });
});
