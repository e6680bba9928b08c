import type { Check } from './expectation.ts';
import { JsonSpan } from './json-span.ts';

/** Places where JSON may begin that are looked at; prose with more brackets than this is no answer. */
const MOST_STARTS = 20;

export type Extraction = { json: string } | { problem: string };

/** Text that is to be JSON and nothing else. */
export function readJson(text: string, check: Check): Extraction {
  const value = parse(text);
  const problem = value === undefined ? 'the answer is not JSON' : check(value);
  return problem === undefined ? { json: text } : { problem };
}

/**
 * The JSON of an answer: the whole text, or what stands in a fence or between words, which instructions alone do
 * not always prevent. The first piece that conforms; else what is wrong with the first that is JSON at all.
 */
export function extractJson(text: string, check: Check): Extraction {
  let problem: string | undefined;
  for (const json of candidates(text)) {
    if (parse(json) === undefined) continue;
    const read = readJson(json, check);
    if ('json' in read) return read;
    problem ??= read.problem;
  }
  return { problem: problem ?? 'the answer is not JSON' };
}

/** Never a part of a larger piece: a piece that is cut off is no answer, whatever it holds. */
function* candidates(text: string): Generator<string> {
  const whole = text.trim();
  yield whole;
  for (const [, fenced = ''] of whole.matchAll(/```(?:json)?\s*\n([^]*?)```/gi)) yield fenced.trim();
  let rest = whole;
  for (let start = 0; start < MOST_STARTS; start += 1) {
    const at = rest.search(/[{[]/);
    if (at < 0) return;
    const end = new JsonSpan().endIn(rest.slice(at));
    if (end === undefined) return;
    yield rest.slice(at, at + end);
    rest = rest.slice(at + end);
  }
}

/** Undefined is no JSON value. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
