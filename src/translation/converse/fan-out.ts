import { badRequest } from '../../errors.ts';

/** Calls to Bedrock that one request may cause. Each is paid for, and counted against the account's quota. */
const MOST_CALLS = 16;

/** Every input `times` over, neighbours belonging to one prompt. 400 above the limit of calls. */
export function fanOut<Input>(inputs: readonly Input[], times: number, param: string): readonly Input[] {
  if (inputs.length * times > MOST_CALLS) {
    throw badRequest(
      `This request asks for ${inputs.length * times} answers; at most ${MOST_CALLS} are made for one request.`,
      param,
    );
  }
  if (times === 1) return inputs;
  return inputs.flatMap((input) => Array.from({ length: times }, () => input));
}
