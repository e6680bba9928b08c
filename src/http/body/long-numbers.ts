import { isExactNumber, LONGEST_EXACT_TEXT, parseExactly } from '../../exact-json.ts';

/** A number of so many digits that a double may change them: the ids of some services. */
const LONG_NUMBER = /[[:,\s]-?\d+(?:\.\d+)?(?<=[\d.]{16})/;
/** Fields whose values go to the model as they are: inputs and results of tools. */
const PASSED_ON: readonly string[] = ['input', 'arguments', 'output', 'content'];
/** Fields whose numbers the gateway reads, wherever they stand. */
const READ: readonly string[] = ['tools', 'parameters', 'input_schema', 'schema'];

type Container = Record<string, unknown>;

/** Returns true if a body may have numbers that a double changes, and is short enough to keep their digits. */
export function mayHaveLongNumbers(json: string): boolean {
  return json.length <= LONGEST_EXACT_TEXT && LONG_NUMBER.test(json);
}

/**
 * Parses a body and keeps the digits of the numbers in inputs and results of tools (`exact-json.ts`); all others are
 * doubles. Throws as `parseExactly`.
 */
export function parseWithLongNumbers(json: string): unknown {
  const value = parseExactly(json);
  if (typeof value === 'object' && value !== null) readNumbers(value as Container, false);
  return value;
}

/** Makes doubles of the exact numbers in `container` that are not passed on. As deep as JSON.parse itself went. */
function readNumbers(container: Container, passed: boolean): void {
  for (const [name, entry] of Object.entries(container)) {
    if (typeof entry !== 'object' || entry === null) continue;
    if (isExactNumber(entry)) {
      if (!passed) container[name] = Number((entry as { rawJSON: string }).rawJSON);
    } else {
      readNumbers(entry as Container, (passed || PASSED_ON.includes(name)) && !READ.includes(name));
    }
  }
}
