import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';

import { sampleValue } from '../../emulator/answers/sample-value.ts';
import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { grammarProblem } from '../../emulator/rules/grammar-rules.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { chatRequest } from '../../src/translation/openai-chat/request/chat-request.ts';
import { simplifySchema } from '../../src/translation/json-schema/schema-simplification.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import { propertyRuns } from '../support/property-runs.ts';

/** Any JSON schema of a client: the lowered schema compiles by the emulator's Bedrock rules. */

const name = fc.constantFrom('a', 'b', 'type', 'minimum', '$ref', 'x y', 'é', 'properties');
const { schema } = fc.letrec((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record(
      {
        type: fc.constant('integer'),
        minimum: fc.integer({ min: -5, max: 5 }),
        description: fc.constantFrom('How many.', ''),
        exclusiveMaximum: fc.integer({ min: 20, max: 90 }),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constantFrom('string', ['string', 'null']),
        minLength: fc.integer({ min: 0, max: 5 }),
        format: fc.constantFrom('date', 'iri', 'uuid'),
        nullable: fc.constant(true),
        examples: fc.constant(['x']),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.constantFrom(['a', 'b'], [1, null], [true]) }),
    fc.record({ const: fc.constantFrom('object', 7, null) }),
    fc.constantFrom({}, true, { $ref: '#/$defs/leaf' }, { $ref: '#/$defs/loop' }, { $ref: '#' }, { type: 'object' }),
    fc.record(
      {
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: fc.integer({ min: 0, max: 3 }),
        uniqueItems: fc.constant(false),
      },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 1 }).map((oneOf) => ({ oneOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })),
    tie('object'),
  ),
  object: fc
    .tuple(
      fc.dictionary(name, tie('schema'), { maxKeys: 4 }),
      fc.constantFrom(undefined, false, true, {}, { type: 'string' }),
      fc.boolean(),
    )
    .map(([properties, additionalProperties, all]) => ({
      type: 'object',
      properties,
      ...(additionalProperties !== undefined && { additionalProperties }),
      ...(all && { required: Object.keys(properties) }),
    })),
}));
const root = fc
  .tuple(fc.dictionary(name, schema, { maxKeys: 4 }), fc.boolean())
  .map(([properties, all]) => ({
    type: 'object',
    properties,
    ...(all && { required: Object.keys(properties) }),
    $defs: { leaf: { type: 'string', maxLength: 9 }, unused: { type: 'boolean' } },
  }))
  .map(asSent);
/** Returns the value after a JSON round trip. */
function asSent<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
const recursive = root.map((given) => ({
  ...given,
  $defs: { ...given.$defs, loop: { type: 'object', properties: { next: { $ref: '#/$defs/loop' } } } },
}));

/** Errors about schema size, which Bedrock reports because they depend on all schemas of a request. */
const SIZE = /too many parameters|too large/;

describe('a lowered schema', () => {
  it('is compiled by Bedrock', () => {
    fc.assert(
      fc.property(fc.oneof(root, recursive), (given) => {
        const lowered = simplifySchema(given);
        if (!lowered) return;
        const problem = grammarProblem(new Map([['format', lowered.schema]]));
        if (problem === undefined || !SIZE.test(problem)) expect(problem).toBeUndefined();
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('is not lowered again', () => {
    fc.assert(
      fc.property(root, (given) => {
        const lowered = simplifySchema(given);
        if (lowered) expect(simplifySchema(lowered.schema)).toEqual({ schema: lowered.schema, lowered: [] });
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('has answers that conform to the original, including limits in descriptions', () => {
    let compared = 0;
    fc.assert(
      fc.property(root, (given) => {
        const lowered = simplifySchema(given);
        if (!lowered) return;
        const validate = new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(given);
        if (!validate(sampleValue(given))) return;
        compared += 1;
        expect([validate(sampleValue(lowered.schema)), validate.errors]).toEqual([true, null]);
      }),
      { numRuns: propertyRuns(1_000) },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it('does not change the original', () => {
    fc.assert(
      fc.property(root, (given) => {
        const before = structuredClone(given);
        simplifySchema(given);
        expect(given).toEqual(before);
      }),
    );
  });
});

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ name: card.name, card, model }] : [];
});
const tool = fc.record({
  type: fc.constant('function'),
  function: fc.record({ name: fc.constant('now'), strict: fc.boolean(), parameters: root }),
});
const request = fc.record(
  {
    model: fc.constant('any'),
    messages: fc.constantFrom(
      [{ role: 'user', content: 'Hi' }],
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '{' },
      ],
    ),
    response_format: fc.oneof(
      fc.constant({ type: 'json_object' }),
      root.map((each) => ({ type: 'json_schema', json_schema: { name: 'thing', schema: each } })),
    ),
    reasoning_effort: fc.constantFrom('none', 'low', 'high'),
    tools: fc.array(tool, { maxLength: 1 }),
    tool_choice: fc.constantFrom('auto', 'none'),
  },
  { requiredKeys: ['model', 'messages', 'response_format'] },
);

describe('Bedrock accepts', () => {
  it.each(PAIRS)('JSON requests to $name', ({ card, model }) => {
    fc.assert(
      fc.property(request, fc.constantFrom('native', 'tool', 'prompt'), (random, format) => {
        const body = card.rules.tools ? random : { ...random, tools: [] };
        const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096, schemaFallback: { format } };
        const [input] = chatRequest(body as unknown as ChatRequest, context).inputs;
        try {
          checkConverse(JSON.parse(JSON.stringify(input)), model);
        } catch (error) {
          if (!SIZE.test(String(error))) throw error;
        }
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});
