import { invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';

/** The JSON of an answer, as far as `isOne` has looked at it; `parse` may keep digits. Throws GatewayError 502 for a 200 that is none. */
export function parseJsonAnswer<Answer>(
  json: string,
  isOne: (answer: Partial<Answer> | null | undefined) => boolean,
  parse: (json: string) => unknown = JSON.parse,
): Answer {
  try {
    const answer = parse(json) as Answer;
    if (isOne(answer)) return answer;
  } catch {
    // Falls through: what is no JSON is no answer either.
  }
  throw invalidUpstreamAnswer();
}
