import * as fc from 'fast-check';

import { anything, text } from './arbitrary-requests.ts';

// Arbitrary requests to /v1/responses: valid and invalid ones.

const content = (type: 'input_text' | 'output_text') =>
  fc.oneof(
    text,
    fc.array(
      fc.record(
        { type: fc.constant(type), text, prompt_cache_breakpoint: fc.constant({ mode: 'explicit' }) },
        { requiredKeys: ['type', 'text'] },
      ),
      { maxLength: 3 },
    ),
  );
const name = fc.constantFrom('now', 'get_weather', 'mcp.x/y');
/** Few ids, so that some match, some repeat and some have no counterpart. */
const callId = fc.constantFrom('call_1', 'call_2', 'call_3', 'functions.f:0|1', 'x'.repeat(70));
const type = <Type extends string>(type: Type) => fc.constant(type);
const item = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer', 'user'), content: content('input_text') }),
  fc.record({ type: type('message'), role: fc.constant('assistant'), content: content('output_text') }),
  fc.record(
    {
      type: type('reasoning'),
      id: fc.constant('rs_1'),
      summary: fc.constant([]),
      encrypted_content: fc.constantFrom(null, 'gAAA', 'oc.0.A'),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: type('function_call'),
      call_id: callId,
      name,
      namespace: fc.constantFrom('files', 'mcp__a__'),
      arguments: fc.oneof(fc.constantFrom('', '{}', '{"a', '[1]', '{"":1}'), fc.json()),
    },
    { requiredKeys: ['type', 'call_id', 'name', 'arguments'] },
  ),
  fc.record({ type: type('custom_tool_call'), call_id: callId, name, input: text }),
  fc.record({ type: type('shell_call'), call_id: callId, action: fc.constant({ commands: ['ls'], timeout_ms: null }) }),
  fc.record({
    type: type('local_shell_call'),
    call_id: callId,
    action: fc.constant({ type: 'exec', command: ['ls'], env: {} }),
  }),
  fc.record({
    type: type('apply_patch_call'),
    call_id: callId,
    operation: fc.constant({ type: 'delete_file', path: 'a' }),
  }),
  fc.record({
    type: fc.constantFrom('function_call_output', 'custom_tool_call_output'),
    call_id: callId,
    output: fc.oneof(content('input_text'), fc.dictionary(text, fc.jsonValue())),
  }),
  fc.record({
    type: type('shell_call_output'),
    call_id: callId,
    output: fc.array(fc.record({ stdout: text, stderr: text, outcome: fc.constant({ type: 'exit', exit_code: 1 }) })),
  }),
  fc.record({ type: type('local_shell_call_output'), id: callId, output: text }),
  fc.record({
    type: type('apply_patch_call_output'),
    call_id: callId,
    status: fc.constantFrom('completed', 'failed'),
    output: fc.option(text),
  }),
);
const input = fc
  .tuple(fc.array(item, { maxLength: 6 }), fc.array(item, { maxLength: 6 }))
  .map(([before, after]) => [...before, { role: 'user', content: 'Hello' }, ...after]);
const tools = fc.uniqueArray(
  fc.oneof(
    fc.record({
      type: type('function'),
      name,
      description: text,
      parameters: fc.constantFrom(null, {}, { anyOf: [{ properties: {} }] }),
      strict: fc.boolean(),
    }),
    fc.record({ type: type('custom'), name: fc.constantFrom('edit', 'ask.me'), description: text }),
    fc.record({ type: fc.constantFrom('shell', 'local_shell', 'apply_patch') }),
    fc.constant({
      type: 'namespace',
      name: 'files',
      description: 'Files.',
      tools: [{ type: 'function', name: 'now', parameters: { type: 'object', properties: {} } }],
    }),
  ),
  { minLength: 1, maxLength: 5, selector: (tool) => ('name' in tool ? `${tool.type}/${tool.name}` : tool.type) },
);

export const toolbox = fc.record(
  { tools, tool_choice: fc.constantFrom('none', 'auto', 'required'), parallel_tool_calls: fc.boolean() },
  { requiredKeys: ['tools'] },
);

export const request = fc.record(
  {
    model: fc.constant('any'),
    input: fc.oneof(fc.constant('Hello'), input),
    instructions: text,
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    max_output_tokens: fc.integer({ min: 1, max: 2_000_000 }),
    reasoning: fc.record(
      {
        effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', null),
        summary: fc.constantFrom('auto', null),
      },
      { requiredKeys: [] },
    ),
    text: fc.constantFrom(
      { verbosity: 'low' },
      { format: { type: 'json_object' } },
      {
        format: {
          type: 'json_schema',
          name: 'place',
          schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ),
    include: fc.constant(['reasoning.encrypted_content']),
    prompt_cache_key: fc.string(),
    service_tier: fc.constantFrom('auto', 'flex', 'priority'),
    metadata: fc.dictionary(fc.string(), fc.string()),
    store: fc.boolean(),
  },
  { requiredKeys: ['model', 'input'] },
);

/** Items of every type with arbitrary values in their fields. */
export const garbage = fc.record(
  {
    input: fc.oneof(
      anything,
      fc.array(
        fc.oneof(
          anything,
          fc.record(
            {
              type: fc.oneof(
                fc.constantFrom('message', 'reasoning', 'function_call', 'custom_tool_call', 'shell_call'),
                fc.constantFrom('local_shell_call', 'apply_patch_call', 'tool_search_call', 'compaction'),
                fc.constantFrom('function_call_output', 'shell_call_output', 'apply_patch_call_output', 'toString'),
                anything,
              ),
              role: fc.oneof(fc.constantFrom('user', 'assistant'), anything),
              content: fc.oneof(anything, fc.array(anything)),
              call_id: anything,
              name: anything,
              namespace: anything,
              arguments: anything,
              action: anything,
              operation: anything,
              output: fc.oneof(anything, fc.array(anything)),
              tools: anything,
              encrypted_content: anything,
            },
            { requiredKeys: [] },
          ),
        ),
        { maxLength: 4 },
      ),
    ),
    tools: fc.array(
      fc.oneof(
        anything,
        fc.record({ type: fc.constantFrom('function', 'custom', 'namespace'), name: anything, tools: anything }),
        fc.record({ type: fc.constant('function'), name: text, parameters: anything }),
      ),
      { maxLength: 3 },
    ),
    tool_choice: fc.oneof(
      anything,
      fc.record({ type: fc.constantFrom('function', 'allowed_tools', 'shell'), name: anything, tools: anything }),
    ),
    text: fc.oneof(anything, fc.record({ format: anything })),
    reasoning: fc.oneof(anything, fc.record({ effort: anything })),
    include: anything,
  },
  { requiredKeys: ['input'] },
);
