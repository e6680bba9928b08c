import { GatewayError } from '../../errors/errors.ts';

const MAX_REASON_LENGTH = 300;

/**
 * Creates a GatewayError 502 for an answer that does not conform to the format of the request. A strict answer is not
 * returned then, because clients that require a schema parse the answer without validation.
 *
 * @param problem - the first violation, for the client. It may contain names of the client's fields, so it is not logged.
 */
export function invalidOutput(problem: string): GatewayError {
  return new GatewayError({
    code: 'structured_output_invalid',
    message: `The model's answer does not conform to the requested format: ${problem.slice(0, MAX_REASON_LENGTH)}.`,
    // The gateway has already repeated the request if it could, and each attempt costs tokens.
    shouldRetry: false,
    cause: new Error('The model’s answer does not conform to the schema of the request.'),
  });
}

/**
 * Creates a GatewayError 502 for an answer whose check exceeded its budget. A strict answer is not
 * returned then.
 */
export function uncheckedOutput(reason: string): GatewayError {
  return new GatewayError({
    code: 'structured_output_invalid',
    message:
      `The model's answer could not be checked against the schema: ${reason.slice(0, MAX_REASON_LENGTH)}. ` +
      'Simplify the schema: fewer patterns, alternatives and nested references.',
    shouldRetry: false,
    cause: new Error('The check of the model’s answer was not completed.'),
  });
}
