import { png } from './media-files.ts';

/** One request for each API with every kind of message, part, call, item, tool and nested option. */

const IMAGE = png().toString('base64');
const PDF = Buffer.from('%PDF-1.4\n').toString('base64');
const MARK = { type: 'ephemeral', ttl: '5m' };
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** Fields whose content the client defines: a schema, an input, metadata pairs. */
export const OPAQUE: readonly string[] = [
  'parameters',
  'input_schema',
  'schema',
  'input',
  'metadata',
  'action',
  'operation',
  'outcome',
  'arguments',
];

export const CHAT = {
  model: 'm',
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  thinking: { type: 'enabled', budget_tokens: 2_000 },
  prompt_cache_options: { mode: 'explicit' },
  performance_config: { latency: 'standard' },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA, strict: true } },
  tools: [
    { type: 'function', function: { name: 'f', description: 'Does.', parameters: SCHEMA, strict: true } },
    {
      type: 'custom',
      custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'a' } } },
    },
    { name: 'anthropic', input_schema: SCHEMA, cache_control: MARK },
    { type: 'function', name: 'flat', parameters: SCHEMA },
  ],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  system: [{ type: 'text', text: 'Be brief.', cache_control: MARK }],
  messages: [
    { role: 'developer', content: [{ type: 'text', text: 'Be kind.', prompt_cache_breakpoint: { mode: 'explicit' } }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'input_text', text: 'Hi' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE}`, detail: 'auto' } },
        { type: 'input_image', image_url: `data:image/png;base64,${IMAGE}` },
        { type: 'file', file: { file_data: PDF, filename: 'a.pdf' } },
        { type: 'input_file', file_data: PDF, filename: 'b.pdf' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: IMAGE } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF }, title: 'c' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'call_3', name: 'f', input: {} },
      ],
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'c', input: 'x' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'Sun' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'Rain' }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_3', is_error: false, content: [{ type: 'text', text: 'Wind' }] },
      ],
    },
  ],
};

export const RESPONSES = {
  model: 'm',
  stream: true,
  stream_options: { include_obfuscation: false },
  reasoning: { effort: 'low', summary: 'auto' },
  text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA, strict: true } },
  prompt_cache_options: { mode: 'explicit' },
  tools: [
    { type: 'function', name: 'f', description: 'Does.', parameters: SCHEMA, strict: true },
    { type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'a' } },
    { type: 'namespace', name: 'n', description: 'Has.', tools: [{ type: 'function', name: 'g', parameters: SCHEMA }] },
    { type: 'shell', environment: { type: 'local' } },
    { type: 'local_shell' },
    { type: 'apply_patch' },
    { type: 'tool_search', execution: 'client', description: 'Finds.', parameters: SCHEMA },
  ],
  tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
  input: [
    { role: 'developer', content: [{ type: 'input_text', text: 'Be kind.', cache_control: MARK }] },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'input_image', image_url: `data:image/png;base64,${IMAGE}`, detail: 'auto' },
        { type: 'input_file', file_data: PDF, filename: 'a.pdf' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: 'Sun' }] },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'c', input: 'x' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: 'Rain' },
    { type: 'shell_call', call_id: 'call_3', action: { commands: ['ls'] } },
    {
      type: 'shell_call_output',
      call_id: 'call_3',
      output: [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
    },
    { type: 'local_shell_call', call_id: 'call_4', action: { type: 'exec', command: ['ls'], env: {} } },
    { type: 'local_shell_call_output', call_id: 'call_4', output: 'a' },
    { type: 'apply_patch_call', call_id: 'call_5', operation: { type: 'delete_file', path: 'a' } },
    { type: 'apply_patch_call_output', call_id: 'call_5', status: 'completed', output: 'Done.' },
    { type: 'tool_search_call', call_id: 'call_6', execution: 'client', arguments: { query: 'a' } },
    {
      type: 'tool_search_output',
      call_id: 'call_6',
      execution: 'client',
      tools: [{ type: 'function', name: 'h', parameters: SCHEMA }],
    },
    { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'i', parameters: SCHEMA }] },
    {
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'Yes.' },
        { type: 'refusal', refusal: 'No.' },
      ],
    },
    { role: 'user', content: 'Go on.' },
  ],
};

export const COMPLETIONS = {
  model: 'm',
  prompt: 'Hi',
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  thinking: { type: 'enabled', budget_tokens: 2_000 },
  performanceConfig: { latency: 'standard' },
};

/** A request for a model other than Claude. */
export const MESSAGES = {
  model: 'm',
  max_tokens: 1_000,
  thinking: { type: 'disabled' },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: SCHEMA } },
  system: [{ type: 'text', text: 'Be brief.', cache_control: MARK }],
  tools: [
    { name: 'f', description: 'Does.', input_schema: SCHEMA },
    { type: 'custom', name: 'g', input_schema: SCHEMA },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: IMAGE } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: PDF },
          title: 'c',
          citations: { enabled: false },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'aGlkZGVu' },
        { type: 'text', text: 'I look.', citations: null },
        { type: 'tool_use', id: 'call_1', name: 'f', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', is_error: false, content: [{ type: 'text', text: 'Sun' }] },
      ],
    },
  ],
};
