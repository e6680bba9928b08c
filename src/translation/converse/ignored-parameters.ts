import type { Adjustments } from './adjustments.ts';

/** Parameters that Bedrock has no word for, each with the values that ask for nothing anyway. */
export type IgnoredParameters = Readonly<Record<string, readonly unknown[]>>;

/** What chat and completions have in common. */
export const IGNORED_EVERYWHERE: IgnoredParameters = {
  seed: [],
  logit_bias: [],
  frequency_penalty: [0],
  presence_penalty: [0],
};

/** Reports the parameters that carry a meaning; a client that sends OpenAI's defaults has lost nothing. */
export function reportIgnored(request: object, parameters: IgnoredParameters, adjustments: Adjustments): void {
  for (const [param, value] of Object.entries(request)) {
    const meaningless = parameters[param];
    if (meaningless && !meaningless.includes(value) && !isEmpty(value)) adjustments.ignored(param);
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}
