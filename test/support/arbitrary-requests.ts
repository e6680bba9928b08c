import * as fc from 'fast-check';

/** Arbitrary requests: valid ones that combine all features, and invalid ones. */

export const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', '\n', 'Hi', 'Hi ', '\ud83d'));
const content = fc.oneof(
  text,
  fc.array(
    fc.record(
      {
        type: fc.constant('text'),
        text,
        cache_control: fc.constantFrom({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }),
        prompt_cache_breakpoint: fc.constantFrom({ mode: 'explicit' }, { mode: 'explicit', ttl: '12h' }),
      },
      { requiredKeys: ['type', 'text'] },
    ),
    { maxLength: 3 },
  ),
);
const toolName = fc.oneof(fc.constantFrom('now', 'get_weather', 'mcp.x/y'), fc.string({ minLength: 1, maxLength: 80 }));
/** Few ids, so that some match, some repeat and some have no counterpart. */
const callId = fc.constantFrom('call_1', 'call_2', 'call_3', '', 'functions.f:0|1', 'x'.repeat(70));
const toolArguments = fc.oneof(fc.constantFrom('', '{}', '{"city":"Paris"}', '{"a', '[1]', '7', '{"":1}'), fc.json());
const calls = fc.array(
  fc.oneof(
    fc.record({
      id: callId,
      type: fc.constant('function'),
      function: fc.record({ name: toolName, arguments: toolArguments }),
    }),
    fc.record({ id: callId, type: fc.constant('custom'), custom: fc.record({ name: toolName, input: text }) }),
  ),
  { minLength: 1, maxLength: 3 },
);
/** Text, or a value that a client did not serialize. */
const result = fc.oneof(
  { weight: 4, arbitrary: content },
  { weight: 1, arbitrary: fc.dictionary(text, fc.jsonValue()) },
);
const message = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'assistant'), content }),
  fc.record({ role: fc.constant('assistant'), content: fc.oneof(content, fc.constant(null)), tool_calls: calls }),
  fc.record({ role: fc.constant('tool'), tool_call_id: callId, content: result, is_error: fc.boolean() }),
  fc.record({
    role: fc.constant('assistant'),
    content: fc.constant(null),
    function_call: fc.record({ name: toolName, arguments: toolArguments }),
  }),
  fc.record({ role: fc.constant('function'), name: toolName, content: text }),
);
const parameters = fc.constantFrom(
  undefined,
  null,
  {},
  { properties: {} },
  { type: 'object', properties: {} },
  { anyOf: [{ properties: {} }] },
);
const tools = fc.uniqueArray(
  fc.oneof(
    fc.record({
      type: fc.constant('function'),
      function: fc.record({ name: toolName, description: text, parameters, strict: fc.boolean() }),
      cache_control: fc.constantFrom(null, { type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }),
    }),
    fc.record({ type: fc.constant('custom'), custom: fc.record({ name: toolName, description: text }) }),
  ),
  { minLength: 1, maxLength: 4, selector: (tool) => nameOf(tool) },
);
/** Tools with a matching tool choice. */
export const toolbox = tools.chain((tools) => {
  const choices = tools.flatMap((tool) => {
    const named = { type: tool.type, [tool.type]: { name: nameOf(tool) } };
    return [named, { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named] } }];
  });
  return fc.record(
    {
      tools: fc.constant(tools),
      tool_choice: fc.constantFrom('none', 'auto', 'required', ...choices),
      parallel_tool_calls: fc.boolean(),
    },
    { requiredKeys: ['tools'] },
  );
});

function nameOf(tool: { function: { name: string } } | { custom: { name: string } }): string {
  return 'function' in tool ? tool.function.name : tool.custom.name;
}
const messages = fc
  .tuple(fc.array(message, { maxLength: 6 }), fc.array(message, { maxLength: 6 }))
  .map(([before, after]) => [...before, { role: 'user', content: 'Hello' }, ...after]);
const tokens = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 2_000_000 }));
const thinking = fc.oneof(
  fc.boolean(),
  fc.record(
    { type: fc.constantFrom('enabled', 'adaptive', 'disabled', 'between_tools'), budget_tokens: tokens },
    { requiredKeys: ['type'] },
  ),
);
export const request = fc.record(
  {
    model: fc.constant('any'),
    messages,
    temperature: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 2, noNaN: true })),
    top_p: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    top_k: fc.integer({ min: 1, max: 200 }),
    stop: fc.oneof(fc.constantFrom('END', '\n'), fc.array(text, { maxLength: 5 })),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    thinking,
    max_thinking_tokens: tokens,
    enable_extended_output: fc.boolean(),
    enable_computer_use: fc.boolean(),
    stream: fc.boolean(),
    service_tier: fc.constantFrom('auto', 'flex', 'priority', 'fast', 'scale'),
    performance_config: fc.constant({ latency: 'optimized' }),
    user: fc.string(),
    safety_identifier: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.string({ maxLength: 600 }), { maxKeys: 20 }),
    prompt_cache_key: fc.string(),
    prompt_cache_options: fc.constantFrom({ mode: 'explicit' }, { mode: 'implicit', ttl: '30m' }),
  },
  { requiredKeys: ['model', 'messages'] },
);

/** Arbitrary values in place of tools and thinking. */
export const anything = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.constantFrom(null, 'f', { name: 'f' }, { type: 'custom' }),
);
export const garbage = fc.record(
  {
    messages: fc.array(
      fc.record(
        {
          role: fc.oneof(fc.constantFrom('user', 'assistant', 'tool', 'function'), anything),
          content: fc.oneof(text, anything, fc.array(anything)),
          tool_calls: fc.oneof(
            anything,
            fc.array(
              fc.record({ id: anything, type: anything, function: anything, custom: anything }, { requiredKeys: [] }),
            ),
          ),
          function_call: anything,
          tool_call_id: anything,
          refusal: anything,
          thinking_blocks: fc.oneof(
            anything,
            fc.array(fc.record({ type: fc.constant('thinking'), thinking: anything, signature: anything })),
          ),
          reasoning_details: fc.oneof(anything, fc.array(anything)),
          reasoning_opaque: anything,
        },
        { requiredKeys: ['role'] },
      ),
      { minLength: 1, maxLength: 4 },
    ),
    tools: fc.array(
      fc.oneof(
        anything,
        fc.record({ type: fc.constantFrom('function', 'custom'), function: anything, custom: anything }),
        fc.record({
          type: fc.constant('custom'),
          custom: fc.record({
            name: text,
            format: fc.oneof(anything, fc.record({ type: fc.constant('grammar'), grammar: anything })),
          }),
        }),
        fc.record({ type: fc.constant('function'), function: fc.record({ name: text, parameters: anything }) }),
      ),
      { maxLength: 3 },
    ),
    functions: fc.array(anything, { maxLength: 2 }),
    tool_choice: fc.oneof(
      anything,
      fc.record({
        type: fc.constantFrom('function', 'custom', 'allowed_tools'),
        function: anything,
        allowed_tools: anything,
      }),
    ),
    function_call: anything,
    parallel_tool_calls: anything,
  },
  { requiredKeys: ['messages'] },
);
