import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fromAwsError } from './bedrock-errors.ts';
import { MESSAGE_TEMPLATES, meaningOfMessage, type MessageMeaning } from './message-templates.ts';
import { schemaRejectionOf } from './schema-rejections.ts';

interface Wording {
  exception: string;
  message: string;
  meaning: MessageMeaning;
}

/** Messages of AWS as recorded in public threads and test suites. */
const WORDINGS = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/aws-messages.json', import.meta.url), 'utf8'),
) as Wording[];

/** Messages about rejected schemas that make the gateway remember the rejection. */
const SCHEMA_WORDINGS = [
  'The compiled grammar is too large, which would cause performance issues.',
  'Too many strict tools (21). The maximum number of strict tools supported is 20. Try reducing the number of tools marked as strict.',
  'Schema is too complex',
  'Too many recursive definitions in schema',
  'output_config.format: Extra inputs are not permitted',
  "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.",
  'tool_choice: "tool" is not supported for this model. Use "auto".',
];

/** Messages in which AWS repeats text of a request, as Bedrock and the models write them. */
const ECHOES: readonly ((text: string) => string)[] = [
  (text) =>
    `Malformed input request: #: extraneous key [${text}] is not permitted, please reformat your input and try again.`,
  (text) =>
    `Malformed input request: #/tools/0: required key [${text}] not found, please reformat your input and try again.`,
  (text) => `The model returned the following errors: ${text}: Extra inputs are not permitted`,
  (text) => `The model returned the following errors: tools.0.custom.name: String should match pattern, got "${text}"`,
  (text) =>
    `The model returned the following errors: messages.0.content.0: Input tag '${text}' found using 'type' does not match any of the expected tags`,
  (text) =>
    `The model returned the following errors: {"error":{"type":"invalid_request_error","message":${JSON.stringify(`unknown field ${text}`)}}}`,
  (text) =>
    `The model returned the following errors: {"type":"error","error":{"type":"invalid_request_error","message":${JSON.stringify(`${text}: field required`)}}}`,
  (text) => `Mantle streaming error for requestId 0-1: "unknown tool ${text}"`,
  (text) => `Mantle streaming error for requestId 0-1: ${JSON.stringify(`${text} is not a tool`)}`,
  (text) =>
    `Value '${text}' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
  (text) => `The document name ${text} is invalid.`,
  (text) => `Stop sequence "${text}" is blank.`,
  (text) => `400 Bad Request: unknown parameter ${text}`,
  (text) => `"${text}" is not one of the values of the enum`,
  (text) => `${text}: property name is not allowed`,
];

/** Changes that hide a client's text from a pattern that is too permissive. */
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `x\n${text}\n`,
  (text) => `x"\n${text}`,
  (text) => `\u2028${text}\u2029`,
  (text) => `]\r\n${text}`,
  (text) => `\\"${text}\\"`,
  (text) => `'${text}'`,
  (text) => `${text}\u0000`,
  (text) => text.replaceAll('o', '\u043e'),
  (text) => text.replaceAll(' ', '\u00a0'),
  (text) => text.toUpperCase(),
];

const clientText = fc
  .tuple(
    fc.constantFrom(...WORDINGS.map(({ message }) => message), ...SCHEMA_WORDINGS),
    fc.constantFrom(...DISGUISES),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  )
  .map(([wording, disguise, before]) => disguise(`${before}${wording}`));

describe('a message of AWS', () => {
  it.each(WORDINGS)('$exception "$message" means $meaning', ({ exception, message, meaning }) => {
    expect(meaningOfMessage(exception, message)).toBe(meaning);
  });

  it('exists in this list for each template', () => {
    for (const { pattern, exception, meaning } of MESSAGE_TEMPLATES) {
      const matches = WORDINGS.filter(
        (wording) => wording.exception.toLowerCase() === exception && wording.meaning === meaning,
      );
      expect([pattern.source, matches.some(({ message }) => pattern.test(innermost(message)))]).toEqual([
        pattern.source,
        true,
      ]);
    }
  });

  it('has a pattern for the whole message', () => {
    for (const { pattern, source } of MESSAGE_TEMPLATES) {
      expect(pattern.source).toMatch(/^\^.*\$$/);
      expect(pattern.flags).toBe('');
      // A class of any characters, or a negated class, would accept a client's text.
      expect(pattern.source.replaceAll(/\[[^\]^][^\]]*\]/g, '')).not.toMatch(/(?<!\\)\.[*+]|\[\^/);
      expect(source).toMatch(/20\d\d/);
    }
  });

  it('has no meaning with another exception', () => {
    for (const { message, exception } of WORDINGS) {
      for (const other of ['ThrottlingException', 'InternalServerException', 'ModelErrorException']) {
        if (other !== exception) expect(meaningOfMessage(other, message)).toBeUndefined();
      }
    }
  });
});

describe('a message of AWS within the text of a client', () => {
  it('has no meaning', () => {
    fc.assert(
      fc.property(clientText, fc.constantFrom(...ECHOES), (text, echo) => {
        for (const exception of ['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException']) {
          expect(meaningOfMessage(exception, echo(text))).toBeUndefined();
        }
        const error = fromAwsError({ exception: 'ValidationException', status: 400, message: echo(text) });
        expect([error.status, error.retryable]).toEqual([400, false]);
        expect([
          'context_length_exceeded',
          'model_not_supported',
          'insufficient_quota',
          'tokens_not_counted',
        ]).not.toContain(error.code);
        // This one request may be sent in another format; the gateway remembers nothing.
        expect(schemaRejectionOf(error)?.scope ?? 'request').toBe('request');
      }),
      { numRuns: 2_000 },
    );
  });

  it('names no quota in a throttle', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ECHOES), fc.constantFrom(...DISGUISES), (echo, disguise) => {
        const message = echo(disguise('Too many tokens per day, please wait before trying again.'));
        expect(fromAwsError({ exception: 'ThrottlingException', status: 429, message }).code).toBe(
          'rate_limit_exceeded',
        );
      }),
    );
  });

  it('is checked in bounded time, whatever its length', () => {
    const long = 'The model returned the following errors: '.repeat(20_000);
    expect(meaningOfMessage('ValidationException', long)).toBeUndefined();
    expect(
      schemaRejectionOf(fromAwsError({ exception: 'ValidationException', message: '['.repeat(1_000_000) })),
    ).toBeUndefined();
  });
});

/** Removes the wrappers of the recorded messages; templates are compared with the innermost message only. */
function innermost(message: string): string {
  const json = /"message":\s?"(.*)"\s?\}/s.exec(message)?.[1] ?? message;
  const quoted = /message: \\+"(.*?)\\+" \}/s.exec(json)?.[1] ?? /requestId [\w-]+: "(.*)"$/s.exec(json)?.[1] ?? json;
  return quoted.replace(/^The model returned the following errors: /, '').replace(/^400 Bad Request: /, '');
}
