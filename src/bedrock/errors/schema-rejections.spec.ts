import { describe, expect, it } from '@jest/globals';

import { fromAwsError } from './bedrock-errors.ts';
import { schemaRejectionOf } from './schema-rejections.ts';

const refused = (message: string, exception = 'ValidationException') =>
  schemaRejectionOf(fromAwsError({ exception, message, status: 400 }));

describe('a rejected schema', () => {
  it.each([
    ['The compiled grammar is too large, which would cause performance issues.', 'schemas', 'schemas'],
    ['Too many strict tools (21). The maximum is 20.', 'strict-tools', 'schemas'],
    ['Schemas contains too many parameters with union types (17 parameters).', 'schemas', 'schemas'],
    ['Schema is too complex', 'schemas', 'schemas'],
    [
      'The model returned the following errors: tools.18.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.anthropic.com/en/docs/tool-use.',
      'schemas',
      'schemas',
    ],
    [
      "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'",
      'schemas',
      'schemas',
    ],
    [
      "output_config.format.schema.properties: Property keys should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
      'format',
      'schemas',
    ],
    ['Too many recursive definitions in schema', 'schemas', 'schemas'],
    ["output_config.format.schema: For 'number' type, properties minimum are not supported", 'format', 'schemas'],
    ['output_config.format.schema: Invalid schema: The compiled grammar is too large', 'format', 'schemas'],
    [
      'The model returned the following errors: output_config.format: Extra inputs are not permitted',
      'format',
      'model',
    ],
    ["This model doesn't support the outputConfig.textFormat field.", 'format', 'model'],
    ['tools.0.custom.strict: Extra inputs are not permitted', 'strict-tools', 'model'],
    ['tool_choice: "tool" is not supported for this model. Use "auto".', 'tool-choice', 'model'],
    ["This model doesn't support the toolConfig.toolChoice.any field.", 'tool-choice', 'model'],
  ])('is recognized by its message: %s', (message, about, scope) => {
    expect(refused(message)).toEqual({ about, scope });
  });

  it.each([
    ['The format of the value at messages.0.content.0.toolUse.input is invalid.'],
    ['Could not process image: unsupported format'],
    ['messages: text content blocks must be non-empty'],
    ['Input is too long for requested model.'],
  ])('is not recognized in: %s', (message) => {
    expect(refused(message)).toBeUndefined();
  });

  it('is recognized only in rejections of the request', () => {
    expect(refused('Schema is too complex', 'ThrottlingException')).toBeUndefined();
    expect(schemaRejectionOf(new Error('Schema is too complex'))).toBeUndefined();
  });
});
