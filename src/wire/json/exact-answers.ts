import { parseWithExactNumbers } from './exact-json.ts';
import { hasNumber } from './nested-numbers.ts';

/** Fields of every answer whose numbers the gateway reads. */
const READ_FIELDS: readonly string[] = ['usage', 'metrics'];

/**
 * Parses the answer of a model. Keeps the digits of all numbers if clients may receive some, such as those of tool inputs
 * (see `exact-json.ts`). Throws SyntaxError for invalid JSON.
 */
export function parseAnswerExactly(json: string): unknown {
  const answer: unknown = JSON.parse(json);
  return passesNumbers(answer) ? (parseWithExactNumbers(json, 0) ?? answer) : answer;
}

function passesNumbers(answer: unknown): boolean {
  if (typeof answer !== 'object') return hasNumber(answer);
  const fields = answer as Readonly<Record<string, unknown>>;
  for (const name in fields) if (!READ_FIELDS.includes(name) && hasNumber(fields[name])) return true;
  return false;
}
