import { CONTENT_LIMITS } from '../limits/content-limits.ts';
import { aboveLimit } from '../limits/limit-error.ts';

/** Throws GatewayError 400 with `param` if a request asks for more answers than `CONTENT_LIMITS.answers`. */
export function requireFewAnswers(answers: number, param: string): void {
  if (answers > CONTENT_LIMITS.answers.max) throw aboveLimit(CONTENT_LIMITS.answers, param, answers);
}

/** Repeats each input `times` times. The copies of an input are adjacent. */
export function fanOut<Input>(inputs: readonly Input[], times: number): readonly Input[] {
  if (times === 1) return inputs;
  return inputs.flatMap((input) => Array.from({ length: times }, () => input));
}
