import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Schemas of every draft, and with values that no draft accepts, in every field that takes a schema. */

type Schema = Record<string, unknown>;

/** Schemas that each have a property `a`, which the schema of an answer requires. */
const ODDITIES: Readonly<Record<string, Schema>> = {
  'a tuple': { properties: { a: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] } } },
  'an empty tuple': { properties: { a: { type: 'array', items: [] } } },
  'a tuple with additional items': {
    properties: { a: { type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'integer' } } },
  },
  'a boolean exclusiveMinimum': { properties: { a: { type: 'number', minimum: 1, exclusiveMinimum: true } } },
  'a boolean exclusiveMaximum': { properties: { a: { type: 'number', exclusiveMaximum: false } } },
  'required in a property': { properties: { a: { type: 'string', required: true } } },
  'required false in a property': { properties: { a: { type: 'string', required: false } } },
  'required as text': { properties: { a: { type: 'string' } }, required: 'a' },
  'any type': { properties: { a: { type: 'any' } } },
  'a type in capitals': { properties: { a: { type: 'STRING' } } },
  'a Python type': { properties: { a: { type: ['str', 'None'] } } },
  'a null type': { properties: { a: { type: null } } },
  'an unknown type': { properties: { a: { type: 'file' } } },
  'null properties': { properties: null },
  'a PHP array as properties': { properties: [] },
  'no properties': {},
  'nested properties that are null': { properties: { a: { type: 'object', properties: null } } },
  'a property that is null': { properties: { a: null } },
  'a property that is a string': { properties: { a: 'string' } },
  'a property that is true': { properties: { a: true } },
  'a required name listed twice': { properties: { a: { type: 'string' } }, required: ['a', 'a'] },
  'a required name that is not a string': { properties: { a: { type: 'string' } }, required: ['a', 1, null] },
  'a required name without a property': { properties: { a: { type: 'string' } }, required: ['a', 'b'] },
  'null required': { properties: { a: { type: 'string' } }, required: null },
  'null everywhere': { properties: { a: { type: 'string', enum: null, description: null, minLength: null } } },
  'an empty enum': { properties: { a: { type: 'string', enum: [] } } },
  'an enum with a repeated value': { properties: { a: { type: 'string', enum: ['x', 'x'] } } },
  'no alternatives': { properties: { a: { type: 'string', anyOf: [] } } },
  'numbers as text': { properties: { a: { type: 'string', minLength: '1', maxLength: '9' } } },
  'a boolean as text': { properties: { a: { type: 'string' } }, additionalProperties: 'false' },
  'definitions of draft 4': {
    properties: { a: { $ref: '#/definitions/a' } },
    definitions: { a: { type: 'number', minimum: 0, exclusiveMinimum: true } },
  },
  'an id with a fragment': { id: '#x', $id: '#x', properties: { a: { type: 'string' } } },
  'the dialect of draft 3': {
    $schema: 'http://json-schema.org/draft-03/schema#',
    properties: { a: { type: 'string', divisibleBy: 2, disallow: 'number', extends: { type: 'string' } } },
  },
  'the dialect of draft 4': {
    $schema: 'http://json-schema.org/draft-04/schema#',
    properties: { a: { type: 'string' } },
  },
  dependencies: { properties: { a: { type: 'string' } }, dependencies: { a: ['b'] } },
  'an invalid pattern': { properties: { a: { type: 'string', pattern: '(' } } },
  'a Python pattern': { properties: { a: { type: 'string', pattern: '(?P<x>a)\\Z' } } },
  nullable: { properties: { a: { type: 'string', nullable: true } } },
  'an example that is not a list': { properties: { a: { type: 'string', examples: 'x' } } },
};
const SHAPES: [string, Schema][] = Object.entries(ODDITIES).flatMap(([name, schema]): [string, Schema][] => [
  [name, { type: 'object', ...schema }],
  [`${name}, within a list`, inList({ type: 'object', ...schema })],
]);

/** Wraps a schema in a list. Definitions stay at the root, where references lead. */
function inList({ definitions, ...schema }: Schema): Schema {
  const list = { type: 'array', items: schema };
  return { type: 'object', properties: { list }, ...(definitions !== undefined && { definitions }) };
}

/** The only one of the models whose `output_config.format` is not sent to Claude in Anthropic's format. */
const OTHER = 'nova-pro';
const USER = [{ role: 'user', content: 'Call look.' }];
const FORMAT = (schema: Schema) => ({ name: 'answer', schema });

/** The endpoints with the fields that take a schema. */
const PLACES: [string, { path: string; body: (model: string, schema: Schema) => object; isAnswer?: true }][] = [
  [
    'tools of chat',
    {
      path: '/v1/chat/completions',
      body: (model, parameters) => ({
        model,
        messages: USER,
        tools: [{ type: 'function', function: { name: 'look', parameters } }],
      }),
    },
  ],
  [
    'strict tools of chat',
    {
      path: '/v1/chat/completions',
      body: (model, parameters) => ({
        model,
        messages: USER,
        tools: [{ type: 'function', function: { name: 'look', parameters, strict: true } }],
      }),
    },
  ],
  [
    'functions of chat',
    {
      path: '/v1/chat/completions',
      body: (model, parameters) => ({ model, messages: USER, functions: [{ name: 'look', parameters }] }),
    },
  ],
  [
    'flat tools of chat',
    {
      path: '/v1/chat/completions',
      body: (model, parameters) => ({ model, messages: USER, tools: [{ type: 'function', name: 'look', parameters }] }),
    },
  ],
  [
    'tools of Anthropic on chat',
    {
      path: '/v1/chat/completions',
      body: (model, input_schema) => ({ model, messages: USER, tools: [{ name: 'look', input_schema }] }),
    },
  ],
  [
    'tools of responses',
    {
      path: '/v1/responses',
      body: (model, parameters) => ({
        model,
        input: 'Call look.',
        tools: [{ type: 'function', name: 'look', parameters }],
      }),
    },
  ],
  [
    'tools of messages',
    {
      path: '/v1/messages',
      body: (model, input_schema) => ({
        model,
        max_tokens: 100,
        messages: USER,
        tools: [{ name: 'look', input_schema }],
      }),
    },
  ],
  [
    'response_format',
    {
      path: '/v1/chat/completions',
      isAnswer: true,
      body: (model, schema) => ({
        model,
        messages: USER,
        response_format: { type: 'json_schema', json_schema: FORMAT(schema) },
      }),
    },
  ],
  [
    'text.format',
    {
      path: '/v1/responses',
      isAnswer: true,
      body: (model, schema) => ({
        model,
        input: 'Answer.',
        text: { format: { type: 'json_schema', ...FORMAT(schema) } },
      }),
    },
  ],
  [
    'output_config.format',
    {
      path: '/v1/messages',
      isAnswer: true,
      body: (model, schema) => ({
        model,
        max_tokens: 100,
        messages: USER,
        output_config: { format: { type: 'json_schema', schema } },
      }),
    },
  ],
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

describe.each(['claude-sonnet-4-5', 'claude-opus-5-5', OTHER])('%s', (model) => {
  const places = PLACES.filter(([place]) => model === OTHER || place !== 'output_config.format');

  it.each(places)('accepts schemas of every draft as %s', async (_place, { path, body, isAnswer }) => {
    const refused: string[] = [];
    for (const [name, schema] of SHAPES) {
      const response = await gateway.send(path, { body: body(model, schema) });
      const text = await response.text();
      if (response.status === 200) continue;
      // Patterns do not depend on the draft: an answer cannot be checked against a pattern that JavaScript rejects.
      if (isAnswer && text.includes('Invalid regular expression')) continue;
      refused.push(`${name}: ${response.status} ${text.slice(0, 300)}`);
    }
    expect(refused).toEqual([]);
  });
});
