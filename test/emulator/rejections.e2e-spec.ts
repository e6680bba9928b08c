import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import { HAIKU_4_5, HELLO, OPUS_5_5, PNG, WEATHER, assistant, post, user } from '../../emulator/testing.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0, now: () => new Date('2026-11-22T12:00:00Z') });
});
afterAll(() => emulator.close());

const SONNET_4_6 = 'eu.anthropic.claude-sonnet-4-6';
const OPUS_4_8 = 'us.anthropic.claude-opus-4-8';
const SONNET_5 = 'us.anthropic.claude-sonnet-5';
const SONNET_5_5 = 'us.anthropic.claude-sonnet-5-5';
const HAIKU_5_5 = 'us.anthropic.claude-haiku-5-5';
const FABLE_5_2 = 'us.anthropic.claude-fable-5-2';
const OPUS_4_1 = 'us.anthropic.claude-opus-4-1-20250805-v1:0';
const OPUS_4_5 = 'us.anthropic.claude-opus-4-5-20251101-v1:0';
const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';
const MISTRAL = 'mistral.mistral-large-3-675b-instruct';
const NOVA = 'amazon.nova-lite-v1:0';

const toolConfig = { tools: [WEATHER] };
const toolUse = (toolUseId: string, input: unknown = {}): object => ({
  toolUse: { toolUseId, name: 'get_weather', input },
});
const toolResult = (toolUseId: string, rest: object = {}): object => ({
  toolResult: { toolUseId, content: [{ text: 'sunny' }], ...rest },
});
const withToolUse = (...after: object[]): object => ({
  toolConfig,
  messages: [user({ text: 'Hi' }), assistant(toolUse('a')), ...after],
});
const extra = (additionalModelRequestFields: object, rest: object = {}): object => ({
  ...HELLO,
  ...rest,
  additionalModelRequestFields,
});
const image = (format: string, bytes = PNG): object => ({ image: { format, source: { bytes } } });
const document = (name: string): object => ({ document: { format: 'txt', name, source: { text: 'words' } } });
const file = (format: string, bytes: string): object => ({ document: { format, name: 'a', source: { bytes } } });
const audio = { audio: { format: 'wav', source: { bytes: 'AAAA' } } };
const format = (schema: unknown): object => ({
  ...HELLO,
  outputConfig: {
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { schema: typeof schema === 'string' ? schema : JSON.stringify(schema) } },
    },
  },
});
const TEXT = { type: 'string' };
const NODE = { $ref: '#/$defs/node' };
const closed = (properties: object): object => ({ type: 'object', properties, additionalProperties: false });
const shape = (properties: object, $defs?: object): object =>
  format({ ...closed(properties), ...($defs && { $defs }) });
const many = (count: number, schema: object): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, schema]));
const strictTools = (count: number, json: object): object => ({
  ...HELLO,
  toolConfig: {
    tools: Array.from({ length: count }, (_, index) => ({
      toolSpec: { name: `t${index}`, strict: true, inputSchema: { json } },
    })),
  },
});
const budget = { thinking: { type: 'enabled', budget_tokens: 2000 } };
const adaptive = { thinking: { type: 'adaptive' } };

/** Name of the rule, model, body, error message. */
const REFUSED: [string, string, object, string][] = [
  ['unknown model', 'anthropic.claude-9', HELLO, 'The provided model identifier is invalid.'],
  [
    'profile of another geography',
    'apac.anthropic.claude-opus-4-8',
    HELLO,
    'The provided model identifier is invalid.',
  ],
  [
    'profile needed',
    'anthropic.claude-opus-4-8',
    HELLO,
    'Retry your request with the ID or ARN of an inference profile that contains this model.',
  ],
  [
    'embedding model',
    'amazon.titan-embed-text-v2:0',
    HELLO,
    "This action doesn't support the model that you provided.",
  ],
  [
    'no messages',
    HAIKU_4_5,
    {},
    "1 validation error detected: Value null at 'messages' failed to satisfy constraint: Member must not be null",
  ],
  ['messages empty', HAIKU_4_5, { messages: [] }, 'A conversation must start with a user message.'],
  ['unknown field', HAIKU_4_5, { ...HELLO, topK: 3 }, 'extraneous key [topK] is not permitted'],
  [
    'unknown nested field',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { topK: 3 } },
    '#/inferenceConfig: extraneous key [topK]',
  ],
  [
    'two members in a union',
    HAIKU_4_5,
    { messages: [user({ text: 'a', image: {} })] },
    'exactly one of the following keys: text, image',
  ],
  [
    'starts with assistant',
    HAIKU_4_5,
    { messages: [assistant({ text: 'a' })] },
    'A conversation must start with a user message.',
  ],
  [
    'no alternation',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }), user({ text: 'b' })] },
    'A conversation must alternate between user and assistant roles.',
  ],
  ['system role', HAIKU_4_5, { messages: [{ role: 'system', content: [{ text: 'a' }] }] }, 'system role'],
  ['no content', HAIKU_4_5, { messages: [user()] }, 'The content field in the Message object at messages.0 is empty.'],
  [
    'empty text',
    HAIKU_4_5,
    { messages: [user({ text: '' })] },
    'The text field in the ContentBlock object at messages.0.content.0 is blank.',
  ],
  ['blank text', HAIKU_4_5, { messages: [user({ text: ' \n' })] }, 'is blank. Add text to the text field'],
  [
    'empty system',
    HAIKU_4_5,
    { ...HELLO, system: [{ text: '' }] },
    "at 'system.1.member.text' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'temperature above 1',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { temperature: 1.5 } },
    'Member must have value less than or equal to 1',
  ],
  [
    'maxTokens 0',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { maxTokens: 0 } },
    'Member must have value greater than or equal to 1',
  ],
  [
    'maxTokens above the limit of the model',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { maxTokens: 64_001 } },
    'The maximum tokens you requested exceeds the model limit of 64000.',
  ],
  [
    'empty stop sequence',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { stopSequences: [''] } },
    'length greater than or equal to 1',
  ],
  [
    'blank stop sequence',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { stopSequences: ['\n'] } },
    'each stop sequence must contain non-whitespace',
  ],
  ['metadata pattern', HAIKU_4_5, { ...HELLO, requestMetadata: { a: 'ü' } }, 'satisfy regular expression pattern'],
  [
    'metadata size',
    HAIKU_4_5,
    { ...HELLO, requestMetadata: { a: 'x'.repeat(257) } },
    'length less than or equal to 256',
  ],
  ['metadata empty', HAIKU_4_5, { ...HELLO, requestMetadata: {} }, 'length greater than or equal to 1'],
  [
    'too many metadata',
    HAIKU_4_5,
    { ...HELLO, requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) },
    'length less than or equal to 16',
  ],
  [
    'tool name',
    HAIKU_4_5,
    { ...HELLO, toolConfig: { tools: [{ toolSpec: { ...WEATHER.toolSpec, name: 'a.b' } }] } },
    'regular expression pattern: [a-zA-Z0-9_-]+',
  ],
  [
    'long tool name',
    HAIKU_4_5,
    { ...HELLO, toolConfig: { tools: [{ toolSpec: { ...WEATHER.toolSpec, name: 'a'.repeat(65) } }] } },
    'length less than or equal to 64',
  ],
  [
    'empty tool description',
    HAIKU_4_5,
    { ...HELLO, toolConfig: { tools: [{ toolSpec: { ...WEATHER.toolSpec, description: '' } }] } },
    'length greater than or equal to 1',
  ],
  [
    'tool schema',
    HAIKU_4_5,
    {
      ...HELLO,
      toolConfig: { tools: [{ toolSpec: { ...WEATHER.toolSpec, inputSchema: { json: { type: 'string' } } } }] },
    },
    'inputSchema.json.type must be one of the following: object.',
  ],
  ['no tools', HAIKU_4_5, { ...HELLO, toolConfig: { tools: [] } }, 'length greater than or equal to 1'],
  ['same tool twice', HAIKU_4_5, { ...HELLO, toolConfig: { tools: [WEATHER, WEATHER] } }, 'Tool names must be unique'],
  [
    'tool content without toolConfig',
    HAIKU_4_5,
    { ...withToolUse(user(toolResult('a'))), toolConfig: undefined },
    'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  ],
  [
    'tool use not answered',
    HAIKU_4_5,
    withToolUse(user({ text: 'so?' })),
    'Expected toolResult blocks at messages.2.content for the following Ids: a',
  ],
  ['tool use at the end', HAIKU_4_5, withToolUse(), 'Expected toolResult blocks'],
  [
    'tool result without a tool use',
    HAIKU_4_5,
    withToolUse(user(toolResult('a'), toolResult('b'))),
    'exceeds the number of toolUse blocks of previous turn',
  ],
  [
    'result twice',
    HAIKU_4_5,
    withToolUse(user(toolResult('a'), toolResult('a'))),
    'exceeds the number of toolUse blocks of previous turn',
  ],
  [
    'text before results',
    HAIKU_4_5,
    withToolUse(user({ text: 'here' }, toolResult('a'))),
    '`tool_use` ids were found without `tool_result` blocks immediately after',
  ],
  [
    'error result with an image',
    HAIKU_4_5,
    withToolUse(user(toolResult('a', { status: 'error', content: [image('png')] }))),
    'all content must be type "text" if `is_error` is true',
  ],
  [
    'tool id',
    HAIKU_4_5,
    { toolConfig, messages: [user({ text: 'a' }), assistant(toolUse('a b')), user(toolResult('a b'))] },
    'satisfy regular expression pattern',
  ],
  [
    'tool input that is a string',
    HAIKU_4_5,
    { toolConfig, messages: [user({ text: 'a' }), assistant(toolUse('a', '{}')), user(toolResult('a'))] },
    'Provide a json object for the field and try again.',
  ],
  [
    'unknown forced tool',
    HAIKU_4_5,
    { ...HELLO, toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'other' } } } },
    'is not one of the tools: other',
  ],
  [
    'image in the assistant turn',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }), assistant(image('png')), user({ text: 'a' })] },
    'only supported in messages with the user role',
  ],
  [
    'image format',
    HAIKU_4_5,
    { messages: [user(image('jpeg'))] },
    'image/jpeg media type, but the image appears to be a image/png image',
  ],
  ['invalid image', HAIKU_4_5, { messages: [user(image('png', 'AAAA'))] }, 'Could not process image'],
  [
    'image too large',
    HAIKU_4_5,
    { messages: [user(image('png', 'A'.repeat(5_242_884)))] },
    'image exceeds 3.75 MB maximum',
  ],
  [
    'too many images',
    HAIKU_4_5,
    { messages: [user(...Array.from({ length: 101 }, () => image('png')))] },
    'too many images and documents: 101 + 0 > 100',
  ],
  ['document without text', HAIKU_4_5, { messages: [user(document('a'))] }, 'Add a text block'],
  [
    'document name',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }, document('a.txt'))] },
    'The file name must only contain alphanumeric characters',
  ],
  [
    'too many documents',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }, ...'abcdef'.split('').map(document))] },
    'The maximum is 5.',
  ],
  [
    'documents with equal names',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }, document('a')), assistant({ text: 'b' }), user({ text: 'a' }, document('a'))] },
    'must have different names',
  ],
  ['empty document', HAIKU_4_5, { messages: [user({ text: 'a' }, file('txt', ''))] }, 'is empty'],
  ['invalid PDF', HAIKU_4_5, { messages: [user({ text: 'a' }, file('pdf', 'AAAA'))] }, 'PDF specified'],
  ['audio', HAIKU_4_5, { messages: [user(audio)] }, "doesn't support the audio content block"],
  [
    'image in a tool result for a text model',
    'qwen.qwen3-32b-v1:0',
    withToolUse(user(toolResult('a', { content: [image('png')] }))),
    "doesn't support the image content block",
  ],
  [
    'document for a model without document input',
    'amazon.nova-micro-v1:0',
    { messages: [user({ text: 'a' }, document('a'))] },
    "doesn't support the document content block",
  ],
  [
    'unknown extra field',
    HAIKU_4_5,
    extra({ frequency_penalty: 0 }),
    'The model returned the following errors: frequency_penalty: Extra inputs are not permitted',
  ],
  ['unknown beta', HAIKU_4_5, extra({ anthropic_beta: ['nonsense-2026-01-01'] }), 'invalid beta flag'],
  [
    'field without its beta flag',
    HAIKU_4_5,
    extra({ context_management: {} }),
    'context_management: Extra inputs are not permitted',
  ],
  [
    'small budget',
    HAIKU_4_5,
    extra({ thinking: { type: 'enabled', budget_tokens: 1000 } }),
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ],
  [
    'budget equal to maxTokens',
    HAIKU_4_5,
    extra(budget, { inferenceConfig: { maxTokens: 2000 } }),
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  ],
  ['budget on an adaptive model', OPUS_4_8, extra(budget), '"thinking.type.enabled" is not supported for this model.'],
  [
    'adaptive thinking on a budget model',
    HAIKU_4_5,
    extra(adaptive),
    'adaptive thinking is not supported on this model',
  ],
  [
    'disabled thinking on a model that always thinks',
    OPUS_5_5,
    extra({ thinking: { type: 'disabled' } }),
    '"thinking.type.disabled" is not supported for this model.',
  ],
  [
    'disabled thinking with high effort',
    HAIKU_5_5,
    extra({ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }),
    '\'max\' is not supported with "thinking.type.disabled"',
  ],
  [
    'between_tools with high effort',
    SONNET_5_5,
    extra({ thinking: { type: 'between_tools' }, output_config: { effort: 'xhigh' } }),
    "'xhigh' is not supported",
  ],
  ['between_tools elsewhere', OPUS_5_5, extra({ thinking: { type: 'between_tools' } }), 'not supported for this model'],
  ['unknown effort', OPUS_5_5, { ...HELLO, outputConfig: { effort: 'minimal' } }, 'satisfy enum value set'],
  [
    'effort unknown to this model',
    SONNET_4_6,
    { ...HELLO, outputConfig: { effort: 'xhigh' } },
    'output_config.effort: Input should be',
  ],
  [
    'effort on a model without it',
    HAIKU_4_5,
    { ...HELLO, outputConfig: { effort: 'low' } },
    'This model does not support the effort parameter.',
  ],
  [
    'sampling refused',
    OPUS_4_8,
    { ...HELLO, inferenceConfig: { temperature: 1 } },
    '`temperature` is deprecated for this model.',
  ],
  ['top_k refused', OPUS_5_5, extra({ top_k: 5 }), '`top_k` is deprecated for this model.'],
  [
    'sampling parameters other than the default',
    SONNET_5,
    { ...HELLO, inferenceConfig: { topP: 0.9 } },
    '`top_p` is deprecated for this model.',
  ],
  [
    'both samplings',
    HAIKU_4_5,
    { ...HELLO, inferenceConfig: { temperature: 0.5, topP: 0.5 } },
    '`temperature` and `top_p` cannot both be specified',
  ],
  [
    'temperature with thinking',
    HAIKU_4_5,
    extra(budget, { inferenceConfig: { temperature: 0.5 } }),
    '`temperature` may only be set to 1 when thinking is enabled.',
  ],
  [
    'top_p with thinking',
    HAIKU_4_5,
    extra(budget, { inferenceConfig: { topP: 0.5 } }),
    '`top_p` must be greater than or equal to 0.95',
  ],
  ['top_k with thinking', HAIKU_4_5, extra({ ...budget, top_k: 5 }), '`top_k` must be unset when thinking is enabled.'],
  [
    'forced tool with thinking',
    HAIKU_4_5,
    extra(budget, { toolConfig: { ...toolConfig, toolChoice: { any: {} } } }),
    'Thinking may not be enabled when tool_choice forces tool use.',
  ],
  [
    'forced tool on a model without forced tools',
    FABLE_5_2,
    { ...HELLO, toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } } },
    'tool_choice: "tool" is not supported for this model.',
  ],
  [
    'prefill',
    SONNET_4_6,
    { messages: [user({ text: 'a' }), assistant({ text: 'b' })] },
    'This model does not support assistant message prefill.',
  ],
  [
    'prefill that ends with a space',
    HAIKU_4_5,
    { messages: [user({ text: 'a' }), assistant({ text: 'b ' })] },
    'final assistant content cannot end with trailing whitespace',
  ],
  [
    'five cache points',
    HAIKU_4_5,
    {
      messages: [user(...Array.from({ length: 5 }, () => [{ text: 'a' }, { cachePoint: { type: 'default' } }]).flat())],
    },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    '1h cache point after a 5m one',
    HAIKU_4_5,
    {
      messages: [
        user(
          { text: 'a' },
          { cachePoint: { type: 'default' } },
          { text: 'b' },
          { cachePoint: { type: 'default', ttl: '1h' } },
        ),
      ],
    },
    "ttl='1h' cache_control block must not come after",
  ],
  [
    'caching elsewhere',
    LLAMA,
    { messages: [user({ text: 'a' }, { cachePoint: { type: 'default' } })] },
    'did not allow prompt caching',
  ],
  ['format that is not JSON', HAIKU_4_5, format('{'), 'valid JSON schema'],
  ['format that is not an object', HAIKU_4_5, format({ type: 'array' }), "top-level type must be 'object'"],
  [
    'format with limits',
    HAIKU_4_5,
    shape({ n: { type: 'number', minimum: 1 } }),
    "For 'number' type, properties minimum",
  ],
  [
    'format with many items',
    HAIKU_4_5,
    shape({ l: { type: 'array', minItems: 2, items: TEXT } }),
    "'minItems' values other",
  ],
  [
    'format with an unknown string',
    HAIKU_4_5,
    shape({ s: { type: 'string', format: 'iri' } }),
    'format "iri" is not supported',
  ],
  ['format without a type', HAIKU_4_5, shape({ any: {} }), "must have a 'type'"],
  ['format with objects in an enum', HAIKU_4_5, shape({ e: { enum: [{}] } }), 'Enum values must be'],
  ['format with oneOf', HAIKU_4_5, shape({ o: { type: 'string', oneOf: [] } }), 'properties oneOf are not supported'],
  [
    'format with a recursive type',
    HAIKU_4_5,
    shape({ n: NODE }, { node: closed({ n: NODE }) }),
    'recursive definitions',
  ],
  ['format with an external reference', HAIKU_4_5, shape({ n: { $ref: 'https://x.test/y' } }), 'Unsupported $ref'],
  [
    'format with many unions',
    HAIKU_4_5,
    shape(many(17, { anyOf: [TEXT] })),
    'too many parameters with union types (17',
  ],
  [
    'format that is too large',
    HAIKU_4_5,
    shape(many(700, { type: 'string', title: 'A title' })),
    'compiled grammar is too large',
  ],
  [
    'format and a prefill',
    HAIKU_4_5,
    { ...shape({}), messages: [user({ text: 'Hi' }), assistant({ text: '{' })] },
    'Prefilling',
  ],
  [
    'strict tool that allows additional properties',
    HAIKU_4_5,
    strictTools(1, { type: 'object' }),
    "tools.0.custom: For 'object' type",
  ],
  ['too many strict tools', HAIKU_4_5, strictTools(21, closed({})), 'Too many strict tools (21)'],
  ['strict tool on an older model', OPUS_4_1, strictTools(1, closed({})), 'tools.0.custom.strict: Extra inputs'],
  [
    'format that allows additional properties',
    HAIKU_4_5,
    format({ type: 'object' }),
    "'additionalProperties' must be explicitly set to false",
  ],
  [
    'format elsewhere',
    NOVA,
    format({ type: 'object', additionalProperties: false }),
    "doesn't support the outputConfig.textFormat field",
  ],
  [
    'thinking without signature',
    HAIKU_4_5,
    {
      messages: [
        user({ text: 'a' }),
        assistant({ reasoningContent: { reasoningText: { text: 'x' } } }, { text: 'b' }),
        user({ text: 'c' }),
      ],
    },
    'thinking.signature: Field required',
  ],
  [
    'thinking with an invalid signature',
    HAIKU_4_5,
    {
      messages: [
        user({ text: 'a' }),
        assistant({ reasoningContent: { reasoningText: { text: 'x', signature: 'abcd' } } }, { text: 'b' }),
        user({ text: 'c' }),
      ],
    },
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
  [
    'invalid redacted thinking',
    HAIKU_4_5,
    {
      messages: [
        user({ text: 'a' }),
        assistant({ reasoningContent: { redactedContent: 'abcd' } }, { text: 'b' }),
        user({ text: 'c' }),
      ],
    },
    'Invalid `data` in `redacted_thinking` block',
  ],
  [
    'missing thinking before tool uses',
    OPUS_4_5,
    { ...withToolUse(user(toolResult('a'))), additionalModelRequestFields: budget },
    'Expected `thinking` or `redacted_thinking`, but found `tool_use`',
  ],
  [
    'signature for another family',
    'openai.gpt-oss-20b-1:0',
    {
      messages: [
        user({ text: 'a' }),
        assistant({ reasoningContent: { reasoningText: { text: 'x', signature: 'abcd' } } }, { text: 'b' }),
        user({ text: 'c' }),
      ],
    },
    "This model doesn't support the reasoningContent.reasoningText.signature field.",
  ],
  [
    'text beside results',
    LLAMA,
    withToolUse(user(toolResult('a'), { text: 'b' })),
    'Conversation blocks and tool result blocks cannot be provided in the same turn.',
  ],
  [
    'toolChoice for Llama',
    LLAMA,
    { ...HELLO, toolConfig: { ...toolConfig, toolChoice: { auto: {} } } },
    "doesn't support the toolConfig.toolChoice field",
  ],
  [
    'stop sequences for Qwen',
    'qwen.qwen3-32b-v1:0',
    { ...HELLO, inferenceConfig: { stopSequences: ['a'] } },
    "doesn't support the stopSequences field",
  ],
  [
    'reasoning field of another family',
    'openai.gpt-oss-20b-1:0',
    { ...HELLO, additionalModelRequestFields: { reasoning_config: 'low' } },
    'extraneous key [reasoning_config] is not permitted',
  ],
  [
    'minimal effort for GPT models',
    'us.openai.gpt-6-sol',
    { ...HELLO, additionalModelRequestFields: { reasoning: { effort: 'minimal' } } },
    'reasoning is invalid',
  ],
  [
    'maxTokens with the high effort of Nova 2',
    'us.amazon.nova-2-lite-v1:0',
    {
      ...HELLO,
      inferenceConfig: { maxTokens: 100 },
      additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
    },
    'maxTokens must be unset',
  ],
  ['tool id for Mistral', MISTRAL, withToolUse(user(toolResult('a'))), 'with a length of 9'],
  [
    'image for a text model',
    'qwen.qwen3-32b-v1:0',
    { messages: [user(image('png'))] },
    "doesn't support the image content block",
  ],
  [
    'prompt too long',
    HAIKU_4_5,
    { messages: [user({ text: 'word '.repeat(161_000) })] },
    'prompt is too long: 201250 tokens > 200000 maximum',
  ],
];

describe('Converse rejects', () => {
  it.each(REFUSED)('%s', async (_rule, modelId, body, message) => {
    const reply = await post(emulator, modelId, 'converse', body);
    expect(reply.body.message).toContain(message);
    expect(reply.status).toBe(reply.type === 'AccessDeniedException' ? 403 : 400);
    expect(reply.requestId).toBeTruthy();
  });

  it('wrong types with a SerializationException', async () => {
    expect(await post(emulator, HAIKU_4_5, 'converse', { messages: 'Hello' })).toMatchObject({
      status: 400,
      type: 'SerializationException',
    });
  });

  it.each([
    'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    'anthropic.claude-v2:1',
    'eu.anthropic.claude-sonnet-4-20250514-v1:0',
  ])('%s after its end of life', async (modelId) => {
    const reply = await post(emulator, modelId, 'converse', HELLO);
    expect([reply.status, reply.type]).toEqual([404, 'ResourceNotFoundException']);
    expect(reply.body.message).toContain('This model version has reached the end of its life');
  });

  it('bodies over 25 MB', async () => {
    const reply = await post(emulator, HAIKU_4_5, 'converse', { messages: [user({ text: 'x'.repeat(25_000_001) })] });
    expect(reply.status).toBe(413);
  });
});

const messages = [{ role: 'user', content: 'Hello' }];
const BODY = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages };

describe('InvokeModel rejects', () => {
  it.each<[string, object, string]>([
    ['no version', { max_tokens: 1, messages }, 'anthropic_version: Field required'],
    ['no max_tokens', { ...BODY, max_tokens: undefined }, 'max_tokens: Field required'],
    [
      'max_tokens above the model',
      { ...BODY, max_tokens: 64_001 },
      'max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5',
    ],
    ['model', { ...BODY, model: 'x' }, 'model: Extra inputs are not permitted'],
    ['stream', { ...BODY, stream: true }, 'stream: Extra inputs are not permitted'],
    [
      'two consecutive turns of one role',
      { ...BODY, messages: [...messages, ...messages] },
      'roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
    ],
    ['empty text', { ...BODY, messages: [{ role: 'user', content: '' }] }, 'text content blocks must be non-empty'],
    [
      'blank text',
      { ...BODY, messages: [{ role: 'user', content: ' ' }] },
      'text content blocks must contain non-whitespace text',
    ],
    [
      'unknown block',
      { ...BODY, messages: [{ role: 'user', content: [{ type: 'audio' }] }] },
      "messages.0.content.0: Input tag 'audio' found using 'type' does not match any of the expected tags",
    ],
    [
      'image by URL',
      {
        ...BODY,
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }] },
        ],
      },
      "Input tag 'url'",
    ],
    [
      'tool member',
      { ...BODY, tools: [{ name: 'a', input_schema: { type: 'object' }, eager_input_streaming: true }] },
      'tools.0.custom.eager_input_streaming: Extra inputs are not permitted',
    ],
    [
      'tool use not answered',
      {
        ...BODY,
        messages: [
          ...messages,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
          ...messages,
        ],
      },
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a.',
    ],
    ['effort', { ...BODY, output_config: { effort: 'low' } }, 'This model does not support the effort parameter.'],
  ])('%s', async (_rule, body, message) => {
    const reply = await post(emulator, HAIKU_4_5, 'invoke', body);
    expect([reply.status, reply.type]).toEqual([400, 'ValidationException']);
    expect(reply.body.message).toContain(message);
  });
});
