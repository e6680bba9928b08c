import { invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';

/**
 * Parses the JSON of an answer and checks it with `isValid`. `parse` can be a parser that preserves all digits of
 * numbers. Throws GatewayError `upstream_invalid_answer` for a body that is not an answer.
 */
export function parseJsonAnswer<Answer>(
  json: string,
  isValid: (answer: Partial<Answer> | null | undefined) => boolean,
  parse: (json: string) => unknown = JSON.parse,
): Answer {
  try {
    const answer = parse(json) as Answer;
    if (isValid(answer)) return answer;
  } catch {
    // A body that is not JSON is not an answer either.
  }
  throw invalidUpstreamAnswer();
}
