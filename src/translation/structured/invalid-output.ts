import { GatewayError } from '../../errors/errors.ts';

const LONGEST_REASON = 300;

/**
 * 502: the model answered, and not with what the request asks for. Never given out as an answer, since clients
 * that ask for a schema read the answer without looking. Its reason may name the client's fields, so the log gets
 * another one.
 */
export function invalidOutput(problem: string): GatewayError {
  return new GatewayError({
    code: 'structured_output_invalid',
    message: `The model's answer does not conform to the requested format: ${problem.slice(0, LONGEST_REASON)}.`,
    // The tokens are spent, and the gateway has tried again where it could.
    shouldRetry: false,
    cause: new Error('The model’s answer does not conform to the schema of the request.'),
  });
}

/** 502: the budget of the check was spent before the answer was checked. A strict answer is never given out then. */
export function uncheckedOutput(reason: string): GatewayError {
  return new GatewayError({
    code: 'structured_output_invalid',
    message:
      `The model's answer could not be checked against the schema: ${reason.slice(0, LONGEST_REASON)}. ` +
      'Simplify the schema: fewer patterns, alternatives and nested references.',
    shouldRetry: false,
    cause: new Error('The check of the model’s answer was not completed.'),
  });
}
