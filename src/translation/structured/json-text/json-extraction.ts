import type { SchemaCheck } from '../../json-schema/expected-output.ts';
import { JsonEndFinder } from './json-span.ts';

/** Limits of the objects or lists, and of the code fences, that are parsed. They bound the work for prose with many brackets. */
const MAX_STARTS = 20;
const MAX_FENCES = 20;
/** Matches the rest of the line after an opening fence. The pattern is unambiguous, so it takes linear time. */
const FENCE_LINE = /(?:json)?[^\S\n]*\n/iy;
const FENCE = '```';

/** The JSON text of an answer, or the problem with it. `unchecked` is the reason why the JSON could not be checked. */
export type JsonExtraction = { json: string } | { json: string; unchecked: string } | { problem: string };

/** Parses and checks text that must be JSON as a whole. */
export async function parseJsonText(text: string, check: SchemaCheck): Promise<JsonExtraction> {
  const value = parse(text);
  return value === undefined ? { problem: 'the answer is not JSON' } : checkValue(text, value, check);
}

/**
 * Finds the JSON of an answer: the whole text, the content of a code fence, or an object or list within prose. Models
 * without constrained decoding may add fences and prose in spite of the instruction.
 *
 * Returns the first candidate that conforms; otherwise the problem of the first candidate that is JSON. Takes linear time
 * plus a bounded number of checks.
 */
export async function extractJson(text: string, check: SchemaCheck): Promise<JsonExtraction> {
  let problem: string | undefined;
  const checked = new Set<string>();
  for (const json of candidates(text)) {
    if (checked.has(json)) continue;
    const value = parse(json);
    if (value === undefined) continue;
    checked.add(json);
    const extraction = await checkValue(json, value, check);
    if ('json' in extraction) return extraction;
    problem ??= extraction.problem;
  }
  return { problem: problem ?? 'the answer is not JSON' };
}

async function checkValue(json: string, value: unknown, check: SchemaCheck): Promise<JsonExtraction> {
  const result = await check(json, value);
  if (result === 'conforms') return { json };
  return 'unchecked' in result ? { json, unchecked: result.unchecked } : result;
}

/**
 * Yields the texts that may be the JSON of an answer. Never yields a part of an object or list, because a complete part of
 * a truncated answer is not the answer.
 */
function* candidates(text: string): Generator<string> {
  const whole = text.trim();
  yield whole;
  yield* fenced(whole);
  let rest = whole;
  for (let start = 0; start < MAX_STARTS; start += 1) {
    const at = rest.search(/[{[]/);
    if (at < 0) return;
    const end = new JsonEndFinder().endIn(rest.slice(at));
    if (end === undefined) return;
    yield rest.slice(at, at + end);
    rest = rest.slice(at + end);
  }
}

/** Yields the contents of code fences that have the language `json` or none. */
function* fenced(text: string): Generator<string> {
  let remaining = MAX_FENCES;
  for (let at = text.indexOf(FENCE); at >= 0 && remaining > 0; at = text.indexOf(FENCE, at)) {
    at += FENCE.length;
    FENCE_LINE.lastIndex = at;
    if (!FENCE_LINE.test(text)) continue;
    const begin = FENCE_LINE.lastIndex;
    const end = text.indexOf(FENCE, begin);
    if (end < 0) return;
    yield text.slice(begin, end).trim();
    at = end + FENCE.length;
    remaining -= 1;
  }
}

/** Parses JSON; undefined, which is not a JSON value, if the text is invalid. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
