import type { SchemaCheck } from '../../json-schema/expected-output.ts';
import { JsonEndFinder } from './json-span.ts';

/** Places where JSON may begin that are looked at; prose with more brackets than this is no answer. */
const MOST_STARTS = 20;
const MOST_FENCES = 20;
/** The rest of a line behind an opening fence. Unambiguous, so that it takes linear time. */
const FENCE_LINE = /(?:json)?[^\S\n]*\n/iy;
const FENCE = '```';

/** `unchecked` is the reason why the JSON could not be checked. */
export type JsonExtraction = { json: string } | { json: string; unchecked: string } | { problem: string };

/** Text that is to be JSON and nothing else. */
export async function parseJsonText(text: string, check: SchemaCheck): Promise<JsonExtraction> {
  const value = parse(text);
  return value === undefined ? { problem: 'the answer is not JSON' } : judged(text, value, check);
}

/**
 * The JSON of an answer: the whole text, or what stands in a fence or between words, which instructions alone do
 * not always prevent. The first piece that conforms; else what is wrong with the first that is JSON at all.
 * Takes linear time without the checks, of which there are a bounded number.
 */
export async function extractJson(text: string, check: SchemaCheck): Promise<JsonExtraction> {
  let problem: string | undefined;
  const checked = new Set<string>();
  for (const json of candidates(text)) {
    if (checked.has(json)) continue;
    const value = parse(json);
    if (value === undefined) continue;
    checked.add(json);
    const read = await judged(json, value, check);
    if ('json' in read) return read;
    problem ??= read.problem;
  }
  return { problem: problem ?? 'the answer is not JSON' };
}

async function judged(json: string, value: unknown, check: SchemaCheck): Promise<JsonExtraction> {
  const verdict = await check(json, value);
  if (verdict === 'conforms') return { json };
  return 'unchecked' in verdict ? { json, unchecked: verdict.unchecked } : verdict;
}

/** Never a part of a larger piece: a piece that is cut off is no answer, whatever it holds. */
function* candidates(text: string): Generator<string> {
  const whole = text.trim();
  yield whole;
  yield* fenced(whole);
  let rest = whole;
  for (let start = 0; start < MOST_STARTS; start += 1) {
    const at = rest.search(/[{[]/);
    if (at < 0) return;
    const end = new JsonEndFinder().endIn(rest.slice(at));
    if (end === undefined) return;
    yield rest.slice(at, at + end);
    rest = rest.slice(at + end);
  }
}

/** The contents of fences without a language, or with `json`. */
function* fenced(text: string): Generator<string> {
  let left = MOST_FENCES;
  for (let at = text.indexOf(FENCE); at >= 0 && left > 0; at = text.indexOf(FENCE, at)) {
    at += FENCE.length;
    FENCE_LINE.lastIndex = at;
    if (!FENCE_LINE.test(text)) continue;
    const begin = FENCE_LINE.lastIndex;
    const end = text.indexOf(FENCE, begin);
    if (end < 0) return;
    yield text.slice(begin, end).trim();
    at = end + FENCE.length;
    left -= 1;
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
